// Interrupt priority, delegation and timing (privileged specification, "Machine Interrupt
// Registers", "Supervisor Interrupt Registers", "Hypervisor Interrupt Registers", "Virtual
// Supervisor Interrupt Registers", "Wait for Interrupt").
#include <catch2/catch.hpp>

#include "tests/models/hart/privileged_machine.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

constexpr std::uint64_t bit_of(unsigned number) { return std::uint64_t{1} << number; }

/// "Multiple simultaneous interrupts ... are handled in decreasing priority order": MEI, MSI, MTI,
/// SEI, SSI, STI, SGEI, VSEI, VSSI, VSTI.
constexpr unsigned priority[] = {11, 3, 7, 9, 1, 5, 10, 2, 6};

struct Expected {
  bool taken = false;
  PrivilegeMode to = mode_m;
  unsigned cause = 0;
};

Expected expected(std::uint64_t ready, std::uint64_t mideleg, std::uint64_t hideleg,
                  PrivilegeMode mode, bool enabled) {
  // Traps to M come before those to HS, those before VS.
  const bool to_m = mode != mode_m || enabled;
  const bool to_s = mode == mode_s ? enabled : mode != mode_m;
  const bool to_vs = mode == mode_vs ? enabled : mode == mode_vu;
  for (const PrivilegeMode target : {mode_m, mode_s, mode_vs}) {
    for (const unsigned number : priority) {
      if ((ready & bit_of(number)) == 0) continue;
      const bool delegated = (mideleg & bit_of(number)) != 0;
      const bool passed_on = delegated && (hideleg & bit_of(number)) != 0;
      const PrivilegeMode home = !delegated ? mode_m : passed_on ? mode_vs : mode_s;
      if (home != target) continue;
      if (target == mode_m && to_m) return {true, mode_m, number};
      if (target == mode_s && to_s) return {true, mode_s, number};
      if (target == mode_vs && to_vs) return {true, mode_vs, number - 1};
    }
  }
  return {};
}

/// Makes exactly these interrupts pending.
void raise(Machine& machine, std::uint64_t pending) {
  for (const unsigned line : {3u, 7u, 11u}) {
    machine.hart().set_interrupt_line(line, (pending & bit_of(line)) != 0);
  }
  machine.set(number::mip, pending & 0x222);
  machine.set(number::hvip, pending & 0x444);
}

TEST_CASE("interrupts: every set of pending ones, delegation, mode and enable") {
  Machine machine;
  machine.put(code, encode::nop);
  constexpr std::uint64_t all = 0xeee;
  for (const std::uint64_t mideleg : {0x000, 0x222, 0x020}) {
    for (const std::uint64_t hideleg : {0x000, 0x444, 0x040}) {
      for (const PrivilegeMode mode : all_modes) {
        for (const bool enabled : {false, true}) {
          for (unsigned set = 0; set < 512; ++set) {
            std::uint64_t pending = 0;
            for (unsigned i = 0; i < 9; ++i) {
              if (((set >> i) & 1) != 0) pending |= bit_of(priority[i]);
            }
            // Every third set only for the rarer delegations.
            if ((mideleg == 0x020 || hideleg == 0x040) && set % 3 != 0) continue;
            machine.set(number::mie, 0);
            machine.enter(mode);
            machine.set(number::mideleg, mideleg);
            machine.set(number::hideleg, hideleg);
            raise(machine, pending);
            // Only the enable of the current mode may matter: the others have the opposite value.
            machine.clear_bits(number::mstatus, field::mie | field::sie);
            machine.clear_bits(number::vsstatus, field::sie);
            const bool others = !enabled;
            if (mode == mode_m ? enabled : others) machine.set_bits(number::mstatus, field::mie);
            if (mode == mode_s ? enabled : others) machine.set_bits(number::mstatus, field::sie);
            if (mode == mode_vs ? enabled : others) machine.set_bits(number::vsstatus, field::sie);
            machine.set(number::mie, all);
            const Step step = machine.step();
            // VS-level bits of mideleg are read-only one.
            const Expected want = expected(pending, mideleg | 0x444, hideleg, mode, enabled);
            const bool right =
                want.taken ? step.trap && step.trap->cause == (interrupt_bit | want.cause) &&
                                 step.trap->to == want.to && machine.mode() == want.to &&
                                 step.trap->tval == 0 && step.trap->epc.value == code
                           : step.retired.has_value() && !step.trap;
            if (!right) {
              CAPTURE(name(mode), pending, mideleg, hideleg, enabled, want.taken, want.cause,
                      step.trap.has_value(), step.trap ? step.trap->cause : 0);
              FAIL_CHECK();
            }
          }
        }
      }
    }
  }
}

TEST_CASE("an interrupt needs its own enable") {
  Machine machine;
  for (const unsigned number : priority) {
    raise(machine, bit_of(number));
    machine.set(number::mie, 0xeee & ~bit_of(number));
    machine.set(number::hideleg, 0x444);
    CHECK_FALSE(machine.run(mode_vu, encode::nop).trap);
    machine.set(number::mie, bit_of(number));
    CHECK(machine.run(mode_vu, encode::nop).trap);
    machine.set(number::mie, 0);
  }
}

TEST_CASE("an interrupt is taken after the instruction that enabled it, before the next one") {
  Machine machine;
  machine.hart().set_interrupt_line(7, true);
  machine.put(code, encode::csrrs(0, number::mstatus, 5));
  machine.put(code + 4, encode::nop);
  machine.set(number::mie, bit_of(7));
  machine.hart().set_x(5, field::mie);
  machine.enter(mode_m);
  CHECK(machine.step().retired);
  const Step step = machine.step();
  REQUIRE(step.trap);
  CHECK(step.trap->epc.value == code + 4);
}

TEST_CASE("interrupts come before the exceptions of the instruction") {
  Machine machine;
  machine.hart().set_interrupt_line(7, true);
  machine.set(number::mie, bit_of(7));
  const Step step = machine.run(mode_u, encode::illegal);
  REQUIRE(step.trap);
  CHECK(step.trap->cause == (interrupt_bit | 7));
}

TEST_CASE("levels: an interrupt that is no longer pending is not taken") {
  Machine machine;
  machine.put(code, encode::nop);
  machine.set(number::mie, bit_of(7));
  machine.enter(mode_u);
  machine.hart().set_interrupt_line(7, true);
  machine.hart().set_interrupt_line(7, false);
  CHECK_FALSE(machine.step().trap);
}

TEST_CASE("mip shows lines and software bits, M-level bits cannot be written") {
  Machine machine;
  machine.set(number::mip, ~std::uint64_t{0});
  CHECK(machine.get(number::mip) == 0x226);  // SSIP, VSSIP, STIP, SEIP
  CHECK(machine.get(number::hvip) == 0x004);
  machine.set(number::mip, 0);
  CHECK(machine.get(number::mip) == 0);
  for (const unsigned line : {3u, 7u, 9u, 11u}) {
    machine.hart().set_interrupt_line(line, true);
    CHECK(machine.get(number::mip) == bit_of(line));
    machine.hart().set_interrupt_line(line, false);
  }
}

TEST_CASE("SEIP: reads OR the line in, csrrs and csrrc modify the software bit alone") {
  Machine machine;
  machine.hart().set_interrupt_line(9, true);
  machine.hart().set_x(5, bit_of(1));
  Step step = machine.run(mode_m, encode::csrrs(6, number::mip, 5));
  CHECK(machine.hart().x(6) == bit_of(9));  // rd gets the OR
  machine.hart().set_interrupt_line(9, false);
  CHECK(machine.get(number::mip) == bit_of(1));  // the line was not written into the bit
  machine.hart().set_x(5, bit_of(9));
  step = machine.run(mode_m, encode::csrrs(6, number::mip, 5));
  CHECK(machine.get(number::mip) == (bit_of(1) | bit_of(9)));
  step = machine.run(mode_m, encode::csrrc(6, number::mip, 5));
  CHECK(machine.get(number::mip) == bit_of(1));
}

TEST_CASE("sip and sie show what mideleg delegates, only SSIP can be written there") {
  Machine machine;
  machine.set(number::mip, 0x222);
  machine.set(number::mie, 0xaaa);
  for (const std::uint64_t mideleg : {0x000, 0x002, 0x020, 0x200, 0x222}) {
    machine.set(number::mideleg, mideleg);
    CHECK(machine.get(number::sip) == mideleg);
    CHECK(machine.get(number::sie) == mideleg);
  }
  machine.set(number::mideleg, 0x220);
  machine.set(number::sip, 0);
  CHECK(machine.get(number::mip) == 0x222);
  machine.set(number::mideleg, 0x222);
  machine.set(number::sip, 0);
  CHECK(machine.get(number::mip) == 0x220);
  machine.set(number::sie, 0);
  CHECK(machine.get(number::mie) == 0x888);
}

TEST_CASE("hvip, hip, hie, vsip, vsie: one set of bits") {
  Machine machine;
  machine.set(number::hvip, ~std::uint64_t{0});
  CHECK(machine.get(number::hvip) == 0x444);
  CHECK(machine.get(number::hip) == 0x444);
  CHECK(machine.get(number::mip) == 0x444);
  machine.set(number::hip, 0);  // VSSIP only
  CHECK(machine.get(number::hvip) == 0x440);
  machine.set(number::hvip, 0x444);
  machine.set(number::hie, ~std::uint64_t{0});
  // GEILEN is 0: SGEIP and SGEIE are read-only zero.
  CHECK(machine.get(number::hie) == 0x444);
  CHECK(machine.get(number::mie) == 0x444);
  machine.set(number::hideleg, 0);
  CHECK(machine.get(number::vsip) == 0);
  CHECK(machine.get(number::vsie) == 0);
  machine.set(number::vsie, 0);
  CHECK(machine.get(number::hie) == 0x444);
  machine.set(number::hideleg, 0x444);
  CHECK(machine.get(number::vsip) == 0x222);
  CHECK(machine.get(number::vsie) == 0x222);
  machine.set(number::vsip, 0);
  CHECK(machine.get(number::hvip) == 0x440);
  machine.set(number::vsie, 0);
  CHECK(machine.get(number::hie) == 0);
}

TEST_CASE("with V=1 sie and sip are vsie and vsip") {
  Machine machine;
  machine.set(number::hideleg, 0x444);
  machine.set(number::mideleg, 0x222);
  machine.set(number::mip, 0x222);
  machine.hart().set_x(5, 0x222);
  CHECK(machine.run(mode_vs, encode::csrrs(6, number::sip, 0)).retired);
  CHECK(machine.hart().x(6) == 0);
  CHECK(machine.run(mode_vs, encode::csrrw(6, number::sie, 5)).retired);
  CHECK(machine.get(number::mie) == 0x444);
  CHECK(machine.run(mode_vs, encode::csrrw(6, number::sip, 5)).retired);
  CHECK(machine.get(number::hvip) == 0x004);  // SSIP alone can be written
  machine.set(number::hvip, 0x440);
  machine.set(number::mie, 0);
  CHECK(machine.run(mode_vs, encode::csrrs(6, number::sip, 0)).retired);
  CHECK(machine.hart().x(6) == 0x220);
  CHECK(machine.run(mode_s, encode::csrrs(6, number::sip, 0)).retired);
  CHECK(machine.hart().x(6) == 0x222);
}

TEST_CASE("wfi ends when an enabled interrupt is pending, regardless of the global enables") {
  for (const PrivilegeMode mode : {mode_m, mode_s, mode_vs}) {
    CAPTURE(name(mode));
    Machine machine;
    machine.set(number::mideleg, 0x222);
    machine.set(number::hideleg, 0x444);
    machine.put(code, encode::wfi);
    machine.put(code + 4, encode::nop);
    machine.enter(mode);
    CHECK(machine.step().waiting);
    machine.set(number::hvip, 0x040);
    CHECK(machine.step().waiting);  // pending, not enabled
    // VSTI is enabled, but globally disabled in VS-mode; it is below M, so M-mode does not take it.
    machine.set(number::mie, 0x040);
    const Step step = machine.step();
    if (mode == mode_vs || mode == mode_m || mode == mode_s) CHECK_FALSE(step.trap);
    CHECK_FALSE(step.waiting);
  }
}

TEST_CASE("wfi retires at once when an interrupt is pending and enabled but globally disabled") {
  Machine machine;
  machine.set(number::mie, bit_of(7));
  machine.hart().set_interrupt_line(7, true);
  const Step step = machine.run(mode_m, encode::wfi);
  CHECK_FALSE(step.waiting);
  CHECK_FALSE(step.trap);
  CHECK(machine.pc() == code + 4);
}

TEST_CASE("wfi: the interrupt that ends it has the next instruction in xepc") {
  Machine machine;
  machine.put(code, encode::wfi);
  machine.set(number::mie, bit_of(7));
  machine.enter(mode_m);
  machine.set_bits(number::mstatus, field::mie);
  Step step = machine.step();
  while (!step.waiting) step = machine.step();
  machine.hart().set_interrupt_line(7, true);
  step = machine.step();
  if (step.retired && !step.trap) step = machine.step();
  REQUIRE(step.trap);
  CHECK(step.trap->epc.value == code + 4);
}

TEST_CASE("Sstc: STIP and VSTIP follow the comparators while STCE is set") {
  Machine machine;
  constexpr std::uint64_t stce = bit_of(63);
  machine.time_value = 1000;
  machine.set(number::stimecmp, 1000);
  machine.set(number::vstimecmp, 1500);
  CHECK(machine.get(number::mip) == 0);  // menvcfg.STCE is clear after reset
  machine.set(number::menvcfg, stce);
  CHECK(machine.get(number::mip) == bit_of(5));
  machine.set(number::mip, 0);
  CHECK(machine.get(number::mip) == bit_of(5));  // read-only now
  machine.set(number::stimecmp, 1001);
  CHECK(machine.get(number::mip) == 0);
  machine.set(number::mip, bit_of(5));
  CHECK(machine.get(number::mip) == 0);
  machine.set(number::henvcfg, stce);
  CHECK(machine.get(number::mip) == 0);
  machine.set(number::htimedelta, 500);
  CHECK(machine.get(number::mip) == bit_of(6));
  machine.set(number::hvip, 0);
  CHECK(machine.get(number::mip) == bit_of(6));
  machine.set(number::vstimecmp, 1501);
  CHECK(machine.get(number::mip) == 0);
  machine.set(number::htimedelta, ~std::uint64_t{0});  // guest time is 999
  machine.set(number::vstimecmp, 999);
  CHECK(machine.get(number::mip) == bit_of(6));
  machine.set(number::menvcfg, 0);
  CHECK(machine.get(number::mip) == 0);
}

}  // namespace
