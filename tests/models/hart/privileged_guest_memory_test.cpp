// Faults of guest accesses with htval and htinst, and the hypervisor's loads and stores as its
// guest (privileged specification, "Two-Stage Address Translation", "Hypervisor Virtual-Machine
// Load and Store Instructions", "Transformed Instruction or Pseudoinstruction for mtinst or
// htinst").
#include <catch2/catch.hpp>

#include "tests/models/hart/privileged_tables.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;
using namespace cyclevisor::test::entry;

namespace {

TEST_CASE("guest-page faults: htval, htinst, GVA and SPV") {
  for (const PrivilegeMode mode : {mode_vu, mode_vs}) {
    for (const bool delegated : {false, true}) {
      CAPTURE(name(mode), delegated);
      Paged machine(mode);
      machine.set(number::medeleg, delegated ? ~std::uint64_t{0} : 0);
      machine.set(number::hedeleg, ~std::uint64_t{0});  // never to VS-mode
      constexpr std::uint64_t guest_physical = 0x6000'0000;
      machine.first.map(window, guest_physical, rwx | machine.privilege);
      machine.hart().set_x(10, window + 0x128);
      const struct {
        std::uint32_t instruction;
        unsigned cause;
        std::uint32_t transformed;
      } rows[] = {{encode::ld(5, 10), 21, 0x3283},
                  {encode::load(2, 5, 10, 4), 21, 0x2283},
                  {encode::sd(5, 10), 23, 0x0050'3023},
                  {encode::amoadd_d(5, 10, 6), 23, 0x0060'32af}};
      for (const auto& row : rows) {
        const std::uint64_t offset = row.instruction == rows[1].instruction ? 4 : 0;
        const Step step = machine.run(row.instruction);
        check_trap(step, row.cause, window + 0x128 + offset);
        CHECK(step.trap->to == (delegated ? mode_s : mode_m));
        const std::uint64_t tinst = machine.get(delegated ? number::htinst : number::mtinst);
        CHECK((tinst == 0 || tinst == row.transformed));
        CHECK(machine.get(delegated ? number::htval : number::mtval2) ==
              (guest_physical + 0x128 + offset) >> 2);
        if (delegated) {
          CHECK(has_bit(machine.get(number::hstatus), field::h_gva));
          CHECK(has_bit(machine.get(number::hstatus), field::spv));
        } else {
          CHECK(has_bit(machine.get(number::mstatus), field::gva));
        }
      }
      machine.run(encode::jalr(0, 10));
      const Step step = machine.step();
      check_trap(step, 20, window + 0x128);
      CHECK(step.trap->tinst == 0);
    }
  }
}

TEST_CASE("guest-page faults of the VS-stage walk: pseudoinstruction and the entry's address") {
  Paged machine(mode_vs);
  const std::uint64_t leaf = machine.first.map(window, data, rwx & ~(A | D));
  constexpr std::uint64_t adue = std::uint64_t{1} << 61;
  machine.set(number::menvcfg, adue);
  machine.set(number::henvcfg, adue);
  machine.guest.map(leaf, leaf, V | R | U | A);  // the guest may read it only
  Step step = machine.run(encode::ld(5, 10));
  check_trap(step, 21, window);
  CHECK(step.trap->tinst == 0x3020);
  CHECK(step.trap->tval2 == leaf >> 2);
  CHECK(machine.get(number::mtinst) == 0x3020);
  CHECK(machine.get(number::mtval2) == leaf >> 2);
  machine.guest.map(leaf, leaf, 0);
  machine.run(encode::hfence_gvma);
  // VS-mode may not execute hfence.gvma: execute it in M-mode.
  REQUIRE(static_cast<Machine&>(machine).run(mode_m, encode::hfence_gvma).retired);
  step = machine.run(encode::sd(5, 10));
  check_trap(step, 23, window);
  CHECK(step.trap->tinst == 0x3000);
  CHECK(step.trap->tval2 == leaf >> 2);
}

TEST_CASE("a page fault of a guest can be delegated to VS-mode") {
  Paged machine(mode_vu);
  machine.set(number::medeleg, 0xb000);
  machine.set(number::hedeleg, 0xb000);
  const Step step = machine.run(encode::ld(5, 10));
  check_trap(step, 13, window);
  CHECK(step.trap->to == mode_vs);
  CHECK(machine.get(number::vstval) == window);
  CHECK(machine.get(number::htval) == 0);
}

TEST_CASE("HLV and HSV act as the guest of SPVP, from M, HS and (HU) U") {
  for (const PrivilegeMode from : {mode_m, mode_s, mode_u}) {
    for (const bool supervisor_page : {false, true}) {
      for (const bool spvp : {false, true}) {
        CAPTURE(name(from), supervisor_page, spvp);
        Paged machine(mode_vs);
        machine.first.map(window, data, rwx | (supervisor_page ? 0 : U));
        machine.set(number::hstatus, field::hu | (spvp ? field::spvp : 0));
        machine.set_bits(number::mstatus, field::sum);  // not the guest's
        const bool allowed = spvp == supervisor_page;
        const Step load = static_cast<Machine&>(machine).run(from, encode::hlv_d(5, 10));
        const Step store = static_cast<Machine&>(machine).run(from, encode::hsv_d(5, 10));
        CHECK(load.retired.has_value() == allowed);
        CHECK(store.retired.has_value() == allowed);
        if (!allowed) {
          check_trap(load, 13, window);
          check_trap(store, 15, window);
          CHECK(has_bit(machine.get(number::mstatus), field::gva));
          CHECK_FALSE(has_bit(machine.get(number::mstatus), field::mpv));
        }
        // vsstatus.SUM opens user pages to VS-mode.
        machine.set_bits(number::vsstatus, field::sum);
        CHECK(static_cast<Machine&>(machine).run(from, encode::hlv_d(5, 10)).retired.has_value() ==
              (spvp || !supervisor_page));
      }
    }
  }
}

TEST_CASE("HLVX needs X instead of R at both stages, and faults as a load") {
  for (const std::uint64_t first : {R, X, R | X}) {
    for (const std::uint64_t second : {R, X, R | X}) {
      CAPTURE(first, second);
      Paged machine(mode_vs);
      machine.set(number::hstatus, field::spvp);
      machine.first.map(window, data, V | first | A);
      machine.guest.map(data, data, V | second | U | A);
      const Step step = static_cast<Machine&>(machine).run(mode_s, encode::hlvx_wu(5, 10));
      const Step plain = static_cast<Machine&>(machine).run(mode_s, encode::hlv_d(6, 10));
      if ((first & X) == 0) {
        check_trap(step, 13, window);
      } else if ((second & X) == 0) {
        check_trap(step, 21, window);
      } else {
        CHECK(step.retired);
        CHECK(machine.hart().x(5) == 0x5566'7788);
      }
      CHECK(plain.retired.has_value() == ((first & second & R) != 0));
    }
  }
}

TEST_CASE("HLV and HLVX grant nothing to other loads after them") {
  Paged machine(mode_vs);
  machine.set(number::hstatus, field::spvp);
  machine.put(code + 4, encode::ld(6, 10));
  SECTION("HS-mode: its own translation holds for its load") {
    machine.first.map(window, data, V | R | A);
    machine.put(code, encode::hlv_d(5, 10));
    machine.enter(mode_s);
    CHECK(machine.step().retired);
    check_trap(machine.step(), 5, window);
  }
  SECTION("M-mode with MPRV as VS-mode: X does not make the page readable") {
    machine.first.map(window, data, V | X | A);
    machine.put(code, encode::hlvx_wu(5, 10));
    machine.enter(mode_m);
    machine.clear_bits(number::mstatus, field::mpp);
    machine.set_bits(number::mstatus, field::mprv | field::mpv | field::mpp_s);
    CHECK(machine.step().retired);
    check_trap(machine.step(), 13, window);
  }
}

TEST_CASE("a guest-page fault of HLV from HS-mode: GVA set, SPV clear") {
  Paged machine(mode_vs);
  machine.set(number::medeleg, ~std::uint64_t{0});
  machine.set(number::hstatus, field::spvp | field::spv);
  machine.first.map(window, 0x6000'0000, rwx);
  const Step step = static_cast<Machine&>(machine).run(mode_s, encode::hlv_d(5, 10));
  check_trap(step, 21, window);
  CHECK(machine.get(number::htval) == 0x6000'0000 >> 2);
  const std::uint64_t tinst = machine.get(number::htinst);
  CHECK((tinst == 0 || tinst == (encode::hlv_d(5, 0))));
  CHECK(has_bit(machine.get(number::hstatus), field::h_gva));
  CHECK_FALSE(has_bit(machine.get(number::hstatus), field::spv));
  CHECK(has_bit(machine.get(number::hstatus), field::spvp));  // from V=0 it is left alone
}

}  // namespace
