// Trap returns, and which modes may execute which privileged instructions (privileged
// specification, "Trap- Return Instructions", "Virtualization Support in mstatus Register", "Wait
// for Interrupt", "Virtual Instruction Exceptions").
#include <catch2/catch.hpp>

#include "tests/models/hart/privileged_machine.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

TEST_CASE("mret: every MPP, MPV, MPIE and MPRV") {
  for (const unsigned mpp : {0u, 1u, 3u}) {
    for (const bool mpv : {false, true}) {
      for (const bool mpie : {false, true}) {
        CAPTURE(mpp, mpv, mpie);
        Machine machine;
        machine.set(number::mstatus, std::uint64_t{mpp} << 11 | (mpv ? field::mpv : 0) |
                                         (mpie ? field::mpie : field::mie) | field::mprv);
        // MPRV applies to the data accesses of M-mode, not to its fetches.
        machine.set(number::mepc, code + 2);
        machine.hart().set_pc(VirtualAddress(trampoline));
        REQUIRE(machine.step().retired);
        const PrivilegeMode to = mpp == 3   ? mode_m
                                 : mpp == 1 ? (mpv ? mode_vs : mode_s)
                                            : (mpv ? mode_vu : mode_u);
        CHECK(machine.mode() == to);
        CHECK(machine.pc() == code + 2);
        const std::uint64_t status = machine.get(number::mstatus);
        CHECK(has_bit(status, field::mie) == mpie);
        CHECK(has_bit(status, field::mpie));
        CHECK((status & field::mpp) == 0);
        CHECK_FALSE(has_bit(status, field::mpv));
        CHECK(has_bit(status, field::mprv) == (mpp == 3));
      }
    }
  }
}

TEST_CASE("without S-mode MPP holds U and M only, and there is no sret") {
  Machine machine("rv64imac_u");
  machine.set(number::mstatus, field::mpp_s);
  CHECK((machine.get(number::mstatus) & field::mpp) != field::mpp_s);
  machine.run(mode_u, encode::ecall);
  CHECK(machine.mode() == mode_m);
  CHECK(machine.get(number::mcause) == 8);
  CHECK((machine.get(number::mstatus) & field::mpp) == 0);
  const Step step = machine.run(mode_m, encode::sret);
  REQUIRE(step.trap);
  CHECK(step.trap->cause == 2);
}

TEST_CASE("sret in M and HS: every SPP, SPV, SPIE, MPRV is cleared") {
  for (const PrivilegeMode from : {mode_m, mode_s}) {
    for (const bool spp : {false, true}) {
      for (const bool spv : {false, true}) {
        for (const bool spie : {false, true}) {
          CAPTURE(name(from), spp, spv, spie);
          Machine machine;
          machine.put(code, encode::sret);
          machine.enter(from);
          machine.clear_bits(number::mstatus, field::spp | field::spie | field::sie);
          machine.set_bits(number::mstatus, (spp ? field::spp : 0) |
                                                (spie ? field::spie : field::sie) | field::mprv |
                                                field::mpp_s);
          machine.set(number::hstatus, (spv ? field::spv : 0) | field::spvp);
          machine.set(number::sepc, code + 0x20);
          machine.set(number::vsepc, code + 0x40);
          const std::uint64_t vsstatus = machine.get(number::vsstatus);
          REQUIRE(machine.step().retired);
          CHECK(machine.mode() == (spp ? (spv ? mode_vs : mode_s) : (spv ? mode_vu : mode_u)));
          CHECK(machine.pc() == code + 0x20);
          const std::uint64_t status = machine.get(number::mstatus);
          CHECK(has_bit(status, field::sie) == spie);
          CHECK(has_bit(status, field::spie));
          CHECK_FALSE(has_bit(status, field::spp));
          CHECK_FALSE(has_bit(status, field::mprv));
          CHECK((status & field::mpp) == field::mpp_s);
          CHECK_FALSE(has_bit(machine.get(number::hstatus), field::spv));
          CHECK(has_bit(machine.get(number::hstatus), field::spvp));
          CHECK(machine.get(number::vsstatus) == vsstatus);
        }
      }
    }
  }
}

TEST_CASE("sret in VS-mode works on vsstatus and vsepc and stays virtual") {
  for (const bool spp : {false, true}) {
    for (const bool spie : {false, true}) {
      Machine machine;
      machine.put(code, encode::sret);
      machine.enter(mode_vs);
      machine.set(number::vsstatus, (spp ? field::spp : 0) | (spie ? field::spie : field::sie));
      machine.set(number::hstatus, field::spvp);  // SPV is not used
      machine.set(number::sepc, code + 0x20);
      machine.set(number::vsepc, code + 0x40);
      const std::uint64_t mstatus = machine.get(number::mstatus);
      REQUIRE(machine.step().retired);
      CHECK(machine.mode() == (spp ? mode_vs : mode_vu));
      CHECK(machine.pc() == code + 0x40);
      const std::uint64_t status = machine.get(number::vsstatus);
      CHECK(has_bit(status, field::sie) == spie);
      CHECK(has_bit(status, field::spie));
      CHECK_FALSE(has_bit(status, field::spp));
      CHECK(machine.get(number::mstatus) == mstatus);
    }
  }
}

/// Expected outcome per mode: 0 retires, 2 illegal instruction, 22 virtual instruction.
struct PrivilegeRow {
  const char* what;
  std::uint32_t instruction;
  std::uint64_t mstatus;
  std::uint64_t hstatus;
  unsigned u, s, m, vu, vs;
};

TEST_CASE("privileged instructions in every mode, with TVM, TW, TSR, VTVM, VTW, VTSR, HU") {
  using namespace field;
  const PrivilegeRow rows[] = {
      {"mret", encode::mret, 0, 0, 2, 2, 0, 2, 2},
      {"sret", encode::sret, 0, 0, 2, 0, 0, 22, 0},
      {"sret TSR", encode::sret, tsr, 0, 2, 2, 0, 22, 0},
      {"sret VTSR", encode::sret, 0, vtsr, 2, 0, 0, 22, 22},
      {"sfence.vma", encode::sfence_vma, 0, 0, 2, 0, 0, 22, 0},
      {"sfence.vma TVM", encode::sfence_vma, tvm, 0, 2, 2, 0, 22, 0},
      {"sfence.vma VTVM", encode::sfence_vma, 0, vtvm, 2, 0, 0, 22, 22},
      {"hfence.vvma", encode::hfence_vvma, 0, 0, 2, 0, 0, 22, 22},
      {"hfence.vvma TVM", encode::hfence_vvma, tvm, 0, 2, 0, 0, 22, 22},
      {"hfence.gvma", encode::hfence_gvma, 0, 0, 2, 0, 0, 22, 22},
      {"hfence.gvma TVM", encode::hfence_gvma, tvm, 0, 2, 2, 0, 22, 22},
      {"hlv.d", encode::hlv_d(5, 10), 0, 0, 2, 0, 0, 22, 22},
      {"hlv.d HU", encode::hlv_d(5, 10), 0, hu, 0, 0, 0, 22, 22},
      {"hlvx.wu", encode::hlvx_wu(5, 10), 0, 0, 2, 0, 0, 22, 22},
      {"hsv.d", encode::hsv_d(5, 10), 0, 0, 2, 0, 0, 22, 22},
      {"hsv.d HU", encode::hsv_d(5, 10), 0, hu, 0, 0, 0, 22, 22},
      {"csrr satp", encode::csrrs(5, number::satp, 0), 0, 0, 2, 0, 0, 22, 0},
      {"csrr satp TVM", encode::csrrs(5, number::satp, 0), tvm, 0, 2, 2, 0, 22, 0},
      {"csrr satp VTVM", encode::csrrs(5, number::satp, 0), 0, vtvm, 2, 0, 0, 22, 22},
      {"csrr hgatp TVM", encode::csrrs(5, number::hgatp, 0), tvm, 0, 2, 2, 0, 22, 22},
      {"csrr vsatp TVM", encode::csrrs(5, number::vsatp, 0), tvm, 0, 2, 0, 0, 22, 22},
      {"ebreak", encode::ebreak, 0, 0, 3, 3, 3, 3, 3},
  };
  for (const PrivilegeRow& row : rows) {
    const unsigned wanted[] = {row.u, row.s, row.m, row.vu, row.vs};
    for (unsigned i = 0; i < 5; ++i) {
      CAPTURE(row.what, name(all_modes[i]));
      Machine machine;
      machine.hart().set_x(10, data);
      machine.set(number::mepc, code);
      machine.put(code, row.instruction);
      machine.enter(all_modes[i]);
      machine.set_bits(number::mstatus, row.mstatus | field::mpp);
      machine.set(number::hstatus, row.hstatus);
      machine.set(number::sepc, code);
      machine.set(number::vsepc, code);
      const Step step = machine.step();
      CHECK(step.retired.has_value() == (wanted[i] == 0));
      CHECK((step.trap ? step.trap->cause : 0) == wanted[i]);
      if (wanted[i] == 2 || wanted[i] == 22) {
        REQUIRE(step.trap);
        CHECK(step.trap->tval == row.instruction);
      }
    }
  }
}

TEST_CASE("wfi: TW and VTW, in U-mode it may not wait when there is an S-mode") {
  const struct {
    std::uint64_t mstatus, hstatus;
    unsigned u, s, m, vu, vs;  // 0: waits
  } rows[] = {
      {0, 0, 2, 0, 0, 22, 0},
      {field::tw, 0, 2, 2, 0, 2, 2},
      {0, field::vtw, 2, 0, 0, 22, 22},
      {field::tw, field::vtw, 2, 2, 0, 2, 2},
  };
  for (const auto& row : rows) {
    const unsigned wanted[] = {row.u, row.s, row.m, row.vu, row.vs};
    for (unsigned i = 0; i < 5; ++i) {
      CAPTURE(name(all_modes[i]), row.mstatus, row.hstatus);
      Machine machine;
      machine.put(code, encode::wfi);
      machine.enter(all_modes[i]);
      machine.set_bits(number::mstatus, row.mstatus);
      machine.set(number::hstatus, row.hstatus);
      const Step step = machine.step();
      CHECK((step.trap ? step.trap->cause : 0) == wanted[i]);
      CHECK_FALSE((wanted[i] == 0 && step.trap.has_value()));
    }
  }
  SECTION("with M and U only, U-mode may wait unless TW forbids it") {
    Machine machine("rv64imac_u");
    CHECK_FALSE(machine.run(mode_u, encode::wfi).trap);
    Machine strict("rv64imac_u");
    strict.set_bits(number::mstatus, field::tw);
    const Step step = strict.run(mode_u, encode::wfi);
    REQUIRE(step.trap);
    CHECK(step.trap->cause == 2);
  }
}

}  // namespace
