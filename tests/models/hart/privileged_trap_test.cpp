// Taking traps and returning from them (privileged specification, "Machine Trap Delegation",
// "Privilege and Global Interrupt-Enable Stack in mstatus", "Trap Entry", "Trap Return", and the
// hypervisor chapter's "Traps").
#include <catch2/catch.hpp>

#include "tests/models/hart/privileged_machine.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

/// One instruction for each exception that needs no page tables.
struct Cause {
  unsigned code;
  std::uint32_t instruction;
  std::uint64_t tval;
  bool tval_is_address;  ///< the value of GVA with V=1
};

Cause ecall_of(PrivilegeMode mode) {
  switch (mode) {
    case mode_u:
    case mode_vu:
      return {8, encode::ecall, 0, false};
    case mode_s:
      return {9, encode::ecall, 0, false};
    case mode_vs:
      return {10, encode::ecall, 0, false};
    case mode_m:
      break;
  }
  return {11, encode::ecall, 0, false};
}

/// "Hypervisor Trap Delegation Registers": these can be delegated to VS-mode.
bool delegable_to_vs(unsigned code) { return code < 9 || code == 12 || code == 13 || code == 15; }

PrivilegeMode expected_target(PrivilegeMode from, unsigned code, bool medeleg, bool hedeleg) {
  if (from == mode_m || !medeleg || code == 11) return mode_m;
  if (is_virtual(from) && hedeleg && delegable_to_vs(code)) return mode_vs;
  return mode_s;
}

void check_trap(PrivilegeMode from, const Cause& cause, bool medeleg, bool hedeleg, bool enabled) {
  CAPTURE(name(from), cause.code, medeleg, hedeleg, enabled);
  Machine machine;
  machine.hart().set_x(10, nowhere);
  machine.set(number::medeleg, medeleg ? ~std::uint64_t{0} : 0);
  machine.set(number::hedeleg, hedeleg ? ~std::uint64_t{0} : 0);
  const std::uint64_t enables = field::mie | field::sie | field::mpie | field::spie;
  machine.put(code, cause.instruction);
  machine.enter(from);
  // Everything is preset to the opposite of what the trap must write.
  const PrivilegeMode to = expected_target(from, cause.code, medeleg, hedeleg);
  const bool supervisor = (static_cast<unsigned>(from) & 3) == 1;
  std::uint64_t status = machine.get(number::mstatus) & ~enables;
  if (enabled) status |= field::mie | field::sie;
  if (!enabled) status |= field::mpie | field::spie;
  status = supervisor ? status & ~field::spp : status | field::spp;
  status =
      is_virtual(from) ? status & ~(field::mpv | field::gva) : status | field::mpv | field::gva;
  machine.set(number::mstatus, status);
  std::uint64_t vsstatus = machine.get(number::vsstatus) & ~(field::spp | enables);
  vsstatus |= enabled ? field::sie : field::spie;
  if (!supervisor) vsstatus |= field::spp;
  machine.set(number::vsstatus, vsstatus);
  // With V=1 SPVP becomes the nominal privilege, with V=0 it keeps its value.
  const std::uint64_t hstatus =
      (is_virtual(from) ? 0 : field::spv | field::h_gva) | (supervisor ? 0 : field::spvp);
  machine.set(number::hstatus, hstatus);
  for (const std::uint16_t csr : {number::mtval2, number::mtinst, number::htval, number::htinst}) {
    machine.set(csr, 0x123);
  }
  const std::uint64_t hstatus_before = machine.get(number::hstatus);
  const std::uint64_t mstatus_before = machine.get(number::mstatus);
  const std::uint64_t vsstatus_before = machine.get(number::vsstatus);

  const Step step = machine.step();
  REQUIRE(step.trap.has_value());
  REQUIRE_FALSE(step.retired.has_value());
  CHECK(name(machine.mode()) == std::string(name(to)));
  CHECK(step.trap->cause == cause.code);
  CHECK(step.trap->epc.value == code);
  CHECK(step.trap->tval == cause.tval);
  CHECK(step.trap->from == from);
  CHECK(step.trap->to == to);

  const std::uint64_t mstatus = machine.get(number::mstatus);
  const bool gva = is_virtual(from) && cause.tval_is_address;
  switch (to) {
    case mode_m:
      CHECK(machine.pc() == m_vector);
      CHECK(machine.get(number::mcause) == cause.code);
      CHECK(machine.get(number::mepc) == code);
      CHECK(machine.get(number::mtval) == cause.tval);
      CHECK(machine.get(number::mtval2) == 0);
      CHECK(((mstatus & field::mpp) >> 11) == (static_cast<unsigned>(from) & 3));
      CHECK(has_bit(mstatus, field::mpv) == is_virtual(from));
      CHECK(has_bit(mstatus, field::gva) == gva);
      CHECK(has_bit(mstatus, field::mpie) == enabled);
      CHECK_FALSE(has_bit(mstatus, field::mie));
      CHECK((mstatus & (field::sie | field::spie | field::spp)) ==
            (mstatus_before & (field::sie | field::spie | field::spp)));
      CHECK(machine.get(number::hstatus) == hstatus_before);
      CHECK(machine.get(number::vsstatus) == vsstatus_before);
      break;
    case mode_s: {
      CHECK(machine.pc() == s_vector);
      CHECK(machine.get(number::scause) == cause.code);
      CHECK(machine.get(number::sepc) == code);
      CHECK(machine.get(number::stval) == cause.tval);
      CHECK(machine.get(number::htval) == 0);
      CHECK(has_bit(mstatus, field::spp) == supervisor);
      CHECK(has_bit(mstatus, field::spie) == enabled);
      CHECK_FALSE(has_bit(mstatus, field::sie));
      const std::uint64_t others = ~(field::spp | field::spie | field::sie);
      CHECK((mstatus & others) == (mstatus_before & others));
      const std::uint64_t now = machine.get(number::hstatus);
      CHECK(has_bit(now, field::spv) == is_virtual(from));
      CHECK(has_bit(now, field::h_gva) == gva);
      CHECK(has_bit(now, field::spvp) ==
            (is_virtual(from) ? supervisor : has_bit(hstatus_before, field::spvp)));
      CHECK(machine.get(number::vsstatus) == vsstatus_before);
      break;
    }
    case mode_vs: {
      CHECK(machine.pc() == vs_vector);
      CHECK(machine.get(number::vscause) == cause.code);
      CHECK(machine.get(number::vsepc) == code);
      CHECK(machine.get(number::vstval) == cause.tval);
      const std::uint64_t now = machine.get(number::vsstatus);
      CHECK(has_bit(now, field::spp) == supervisor);
      CHECK(has_bit(now, field::spie) == enabled);
      CHECK_FALSE(has_bit(now, field::sie));
      CHECK(mstatus == mstatus_before);
      CHECK(machine.get(number::hstatus) == hstatus_before);
      break;
    }
    default:
      FAIL("a trap into a user mode");
  }
}

TEST_CASE("traps: every mode, cause and delegation") {
  for (const PrivilegeMode from : all_modes) {
    const Cause causes[] = {{2, encode::illegal, encode::illegal, false},
                            {3, encode::ebreak, code, true},
                            ecall_of(from),
                            {5, encode::ld(5, 10), nowhere, true},
                            {7, encode::sd(5, 10), nowhere, true}};
    for (const Cause& cause : causes) {
      for (const bool medeleg : {false, true}) {
        for (const bool hedeleg : {false, true}) {
          for (const bool enabled : {false, true}) {
            check_trap(from, cause, medeleg, hedeleg, enabled);
          }
        }
      }
    }
  }
}

TEST_CASE("traps: delegation is bit by bit") {
  for (unsigned delegated = 0; delegated < 16; ++delegated) {
    Machine machine;
    machine.set(number::medeleg, std::uint64_t{1} << delegated);
    machine.run(mode_u, encode::illegal);
    CHECK(machine.mode() == (delegated == 2 ? mode_s : mode_m));
    machine.run(mode_u, encode::ecall);
    CHECK(machine.mode() == (delegated == 8 ? mode_s : mode_m));
  }
}

TEST_CASE("a virtual-instruction exception is never delegated to VS-mode") {
  Machine machine;
  machine.set(number::medeleg, ~std::uint64_t{0});
  machine.set(number::hedeleg, ~std::uint64_t{0});
  const Step step = machine.run(mode_vs, encode::csrrs(5, number::hstatus, 0));
  REQUIRE(step.trap);
  CHECK(step.trap->cause == 22);
  CHECK(machine.mode() == mode_s);
  CHECK(machine.get(number::stval) == encode::csrrs(5, number::hstatus, 0));
}

TEST_CASE("illegal compressed instructions: xtval has their 16 bits only") {
  Machine machine;
  const Step step = machine.run(mode_u, 0xffff'0000);
  REQUIRE(step.trap);
  CHECK(step.trap->cause == 2);
  CHECK(step.trap->tval == 0);
  const Step second = machine.run(mode_u, 0xffff'2000);  // c.fld without D
  REQUIRE(second.trap);
  CHECK(second.trap->tval == 0x2000);
}

TEST_CASE("without C a jump to a multiple of 2 only is misaligned: the jump itself traps") {
  Machine machine("rv64ima_zicsr_h");
  machine.hart().set_x(10, code + 0x102);
  machine.hart().set_x(5, 0x55);
  for (const PrivilegeMode mode : all_modes) {
    const Step step = machine.run(mode, encode::jalr(5, 10));
    REQUIRE(step.trap);
    CHECK(step.trap->cause == 0);
    CHECK(step.trap->tval == code + 0x102);
    CHECK(step.trap->epc.value == code);
    CHECK(machine.hart().x(5) == 0x55);
    CHECK(((machine.get(number::mstatus) & field::gva) != 0) == is_virtual(mode));
  }
  // A branch that is not taken does not trap; bit 1 of mepc reads 0; 16-bit encodings are illegal.
  CHECK(machine.run(mode_m, 0x0000'1163).trap.has_value() == false);  // bne x0, x0, +2
  machine.set(number::mepc, ~std::uint64_t{0});
  CHECK(machine.get(number::mepc) == ~std::uint64_t{3});
  const Step step = machine.run(mode_m, 0x0001'0001);
  REQUIRE(step.trap);
  CHECK(step.trap->cause == 2);
}

TEST_CASE("vectored mode: interrupts at BASE + 4 x cause, exceptions at BASE") {
  Machine machine;
  machine.set(number::mtvec, m_vector | 1);
  CHECK(machine.run(mode_u, encode::ecall).trap);
  CHECK(machine.pc() == m_vector);
  machine.set(number::mie, 1 << 7);
  machine.hart().set_interrupt_line(7, true);
  machine.put(code, encode::nop);
  machine.enter(mode_u);
  CHECK(machine.step().trap);
  CHECK(machine.pc() == m_vector + 4 * 7);
}

}  // namespace
