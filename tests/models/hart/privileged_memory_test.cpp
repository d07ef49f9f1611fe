// Faults of fetches, loads, stores and atomics with their xtval; effects of MPRV, SUM, MXR, PMP and
// A/D on instructions (privileged specification, "Memory Privilege in mstatus Register", "Physical
// Memory Protection", "Supervisor Memory-Management Fence Instruction").
#include <catch2/catch.hpp>

#include "tests/models/hart/privileged_tables.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

using namespace cyclevisor::test::entry;

TEST_CASE("page faults by access, with the virtual address in xtval") {
  for (const PrivilegeMode mode : {mode_u, mode_s, mode_vu, mode_vs}) {
    CAPTURE(name(mode));
    Paged machine(mode);
    machine.hart().set_x(10, window + 8);
    check_trap(machine.run(encode::ld(5, 10)), 13, window + 8);
    check_trap(machine.run(encode::sd(5, 10)), 15, window + 8);
    check_trap(machine.run(encode::lr_d(5, 10)), 13, window + 8);
    check_trap(machine.run(encode::amoadd_d(5, 10, 6)), 15, window + 8);
    CHECK(has_bit(machine.get(number::mstatus), field::gva) == is_virtual(mode));
    machine.run(encode::jalr(0, 10));
    const Step step = machine.step();
    check_trap(step, 12, window + 8);
    CHECK(step.trap->epc.value == window + 8);
  }
}

TEST_CASE("access faults after a successful translation: by access, with the virtual address") {
  for (const PrivilegeMode mode : {mode_u, mode_s, mode_vu, mode_vs}) {
    CAPTURE(name(mode));
    Paged machine(mode);
    machine.first.map(window, nowhere, rwx | machine.privilege);
    machine.guest.map(nowhere, nowhere, rwx | U);
    check_trap(machine.run(encode::ld(5, 10)), 5, window);
    check_trap(machine.run(encode::sd(5, 10)), 7, window);
    check_trap(machine.run(encode::amoadd_d(5, 10, 6)), 7, window);
    machine.run(encode::jalr(0, 10));
    check_trap(machine.step(), 1, window);
  }
}

TEST_CASE("a fetch across pages: xtval is the faulting part, xepc the instruction") {
  for (const PrivilegeMode mode : {mode_u, mode_s, mode_vu, mode_vs}) {
    Paged machine(mode);
    machine.first.map(window, data, rwx | machine.privilege);
    machine.put64(data + 0xff8, 0x0013'0001'0001'0001);  // three c.nop, then half a nop
    machine.hart().set_x(10, window + 0xffe);
    machine.run(encode::jalr(0, 10));
    const Step step = machine.step();
    check_trap(step, 12, window + page);
    CHECK(step.trap->epc.value == window + 0xffe);
    // With the second page mapped the instruction executes.
    machine.first.map(window + page, code, rwx | machine.privilege);
    machine.put(code, 0);
    machine.set(number::mscratch, 0);
    machine.enter(mode, window + 0xffe);
    machine.run(encode::nop);
    machine.put(code, 0);
    machine.enter(mode, window + 0xffe);
    CHECK(machine.step().retired);
    CHECK(machine.pc() == window + page + 2);
  }
}

TEST_CASE("a compressed instruction at the end of a page does not touch the next page") {
  Paged machine(mode_s);
  machine.first.map(window, data, rwx);
  machine.put64(data + 0xff8, 0x0001'0001'0001'0001);
  machine.enter(mode_s, window + 0xffe);
  CHECK(machine.step().retired);
  check_trap(machine.step(), 12, window + page);
}

TEST_CASE("a misaligned access across pages: xtval is the faulting part, nothing is done") {
  for (const PrivilegeMode mode : {mode_u, mode_vs}) {
    Paged machine(mode);
    machine.first.map(window, data, rwx | machine.privilege);
    machine.hart().set_x(10, window + 0xffc);
    machine.hart().set_x(5, ~std::uint64_t{0});
    machine.put64(data + 0xff8, 0x42);
    check_trap(machine.run(encode::sd(5, 10)), 15, window + page);
    CHECK(machine.get64(data + 0xff8) == 0x42);
    check_trap(machine.run(encode::ld(6, 10)), 13, window + page);
    machine.first.map(window + page, data + 2 * page, rwx | machine.privilege);
    CHECK(machine.run(encode::sd(5, 10)).retired);
    CHECK(machine.get64(data + 0xff8) == 0xffff'ffff'0000'0042);
    CHECK(machine.get64(data + 2 * page) == 0x0000'0000'ffff'ffff);
    CHECK(machine.run(encode::ld(6, 10)).retired);
    CHECK(machine.hart().x(6) == ~std::uint64_t{0});
  }
}

TEST_CASE("misaligned: exceptions 4 and 6 by setting, atomics always") {
  for (const MisalignedAccess policy : {MisalignedAccess::hardware, MisalignedAccess::trap}) {
    Machine machine("rv64imac_zicsr_h", policy);
    for (const PrivilegeMode mode : all_modes) {
      for (unsigned offset = 1; offset < 8; ++offset) {
        machine.hart().set_x(10, data + offset);
        const Step load = machine.run(mode, encode::ld(5, 10));
        const Step store = machine.run(mode, encode::sd(5, 10));
        if (policy == MisalignedAccess::trap) {
          check_trap(load, 4, data + offset);
          check_trap(store, 6, data + offset);
        } else {
          CHECK(load.retired);
          CHECK(store.retired);
        }
        check_trap(machine.run(mode, encode::lr_d(5, 10)), 4, data + offset);
        check_trap(machine.run(mode, encode::sc_d(5, 10, 6)), 6, data + offset);
        check_trap(machine.run(mode, encode::amoadd_d(5, 10, 6)), 6, data + offset);
      }
    }
  }
}

TEST_CASE("devices: aligned loads and stores only") {
  Machine machine;
  machine.hart().set_x(10, device);
  CHECK(machine.run(mode_u, encode::ld(5, 10)).retired);
  CHECK(machine.hart().x(5) == 0x5a);
  CHECK(machine.run(mode_u, encode::sd(5, 10)).retired);
  check_trap(machine.run(mode_u, encode::lr_d(5, 10)), 5, device);
  check_trap(machine.run(mode_u, encode::amoadd_d(5, 10, 6)), 7, device);
  machine.hart().set_x(10, device + 2);
  check_trap(machine.run(mode_u, encode::ld(5, 10)), 5, device + 2);
  check_trap(machine.run(mode_u, encode::sd(5, 10)), 7, device + 2);
}

TEST_CASE("LR and SC") {
  Machine machine;
  const auto sc = [&](std::uint64_t address) {
    machine.hart().set_x(10, address);
    machine.hart().set_x(6, 0x66);
    REQUIRE(machine.run(mode_m, encode::sc_d(5, 10, 6)).retired);
    return machine.hart().x(5);
  };
  const auto lr = [&](std::uint64_t address) {
    machine.hart().set_x(10, address);
    REQUIRE(machine.run(mode_m, encode::lr_d(5, 10)).retired);
  };
  machine.put64(data, 0x11);
  CHECK(sc(data) != 0);  // no reservation
  CHECK(machine.get64(data) == 0x11);
  lr(data);
  CHECK(machine.hart().x(5) == 0x11);
  CHECK(sc(data) == 0);
  CHECK(machine.get64(data) == 0x66);
  CHECK(sc(data) != 0);  // SC cleared the reservation
  lr(data);
  CHECK(sc(data + 0x100) != 0);
  CHECK(sc(data) != 0);  // so does an SC that fails
}

TEST_CASE("SUM, MXR and MPRV act at once, without a fence") {
  Paged machine(mode_s);
  machine.first.map(window, data, V | X | U | A);
  machine.set_bits(number::mstatus, field::sum | field::mxr);
  CHECK(machine.run(encode::ld(5, 10)).retired);
  machine.clear_bits(number::mstatus, field::sum);
  check_trap(machine.run(encode::ld(5, 10)), 13, window);
  machine.set_bits(number::mstatus, field::sum);
  CHECK(machine.run(encode::ld(5, 10)).retired);
  machine.clear_bits(number::mstatus, field::mxr);
  check_trap(machine.run(encode::ld(5, 10)), 13, window);
}

TEST_CASE("MPRV: loads and stores of M-mode as MPP and MPV say, fetches not") {
  for (const PrivilegeMode mode : {mode_u, mode_s, mode_vu, mode_vs}) {
    CAPTURE(name(mode));
    Paged machine(mode);
    machine.first.map(window, data, rwx | machine.privilege);
    machine.put(code, encode::ld(5, 10));
    const auto with_mprv = [&](std::uint32_t instruction) {
      machine.put(code, instruction);
      machine.enter(mode_m);
      machine.clear_bits(number::mstatus, field::mpp);
      machine.set_bits(number::mstatus, field::mprv | (static_cast<std::uint64_t>(mode) & 3) << 11 |
                                            (is_virtual(mode) ? field::mpv : 0));
      return machine.step();
    };
    CHECK(with_mprv(encode::ld(5, 10)).retired);
    CHECK(machine.hart().x(5) == 0x1122'3344'5566'7788);
    machine.hart().set_x(10, window + page);
    check_trap(with_mprv(encode::ld(5, 10)), 13, window + page);
    CHECK(machine.mode() == mode_m);
    CHECK(has_bit(machine.get(number::mstatus), field::gva) == is_virtual(mode));
    CHECK_FALSE(has_bit(machine.get(number::mstatus), field::mpv));  // the trap came from M
    CHECK((machine.get(number::mstatus) & field::mpp) == field::mpp);
    check_trap(with_mprv(encode::sd(5, 10)), 15, window + page);
    // MPP = M: no translation.
    machine.enter(mode_m);
    machine.set_bits(number::mstatus, field::mprv | field::mpp | field::mpv);
    check_trap(machine.step(), 7, window + page);
  }
}

TEST_CASE("PMP: access faults by access, in every mode, also for MPRV") {
  constexpr std::uint64_t address = data + 0x100;
  for (const PrivilegeMode mode : all_modes) {
    CAPTURE(name(mode));
    Machine machine;
    machine.put(address, encode::nop);
    machine.set(number::pmpcfg0, 0);
    machine.set(number::pmpaddr0, address >> 2);
    machine.set(number::pmpaddr0 + 1, ~std::uint64_t{0});
    machine.hart().set_x(10, address);
    const auto with_config = [&](unsigned config, std::uint32_t instruction) {
      machine.set(number::pmpcfg0, config | 0x1f00);
      return machine.run(mode, instruction);
    };
    const std::uint32_t lw = encode::load(2, 5, 10), sw = encode::store(2, 5, 10);
    if (mode != mode_m) {
      check_trap(with_config(0x10, lw), 5, address);
      check_trap(with_config(0x11, sw), 7, address);
      CHECK(with_config(0x11, lw).retired);
      CHECK(with_config(0x13, sw).retired);
      machine.put(address, encode::nop);
      CHECK(with_config(0x13, encode::jalr(0, 10)).retired);
      check_trap(machine.step(), 1, address);
      // 8 bytes, of which the entry matches four.
      check_trap(with_config(0x17, encode::ld(5, 10)), 5, address);
    } else {
      CHECK(with_config(0x10, lw).retired);
      machine.enter(mode_m);
      machine.set_bits(number::mstatus, field::mprv);  // MPP = U
      check_trap(machine.step(), 5, address);
      check_trap(with_config(0x90, lw), 5, address);  // locked
      check_trap(with_config(0x90, sw), 7, address);
    }
  }
}

TEST_CASE("PMP applies to the page-table walk: an access fault of the original type") {
  for (const PrivilegeMode mode : {mode_u, mode_s, mode_vu, mode_vs}) {
    CAPTURE(name(mode));
    Paged machine(mode);
    const std::uint64_t leaf = machine.first.map(window, data, rwx | machine.privilege);
    machine.set(number::pmpcfg0, 0);
    machine.set(number::pmpaddr0, leaf >> 2 | 0);  // 8 bytes: NAPOT
    machine.set(number::pmpaddr0 + 1, ~std::uint64_t{0});
    machine.set(number::pmpcfg0, 0x1f18);
    check_trap(machine.run(encode::ld(5, 10)), 5, window);
    check_trap(machine.run(encode::sd(5, 10)), 7, window);
    machine.set(number::pmpcfg0, 0x1f19);
    CHECK(machine.run(encode::ld(5, 10)).retired);
    machine.run(encode::jalr(0, 10));
    CHECK_FALSE((machine.step().trap && machine.get(number::mcause) == 1));
  }
}

TEST_CASE("PMP treats page-table accesses as S-mode's, also when M-mode loads with MPRV") {
  Paged machine(mode_s);
  const std::uint64_t leaf = machine.first.map(window, data, rwx);
  machine.set(number::pmpcfg0, 0);
  machine.set(number::pmpaddr0, leaf >> 2);
  machine.set(number::pmpaddr0 + 1, ~std::uint64_t{0});
  machine.set(number::pmpcfg0, 0x1f18);  // not locked: M-mode itself may read it
  machine.put(code, encode::ld(5, 10));
  machine.enter(mode_m);
  machine.clear_bits(number::mstatus, field::mpp);
  machine.set_bits(number::mstatus, field::mprv | field::mpp_s);
  check_trap(machine.step(), 5, window);
}

TEST_CASE("PMP inside a page: an access next to a protected word does not grant access to it") {
  for (const PrivilegeMode mode : {mode_u, mode_s, mode_vu, mode_vs}) {
    Machine machine;
    machine.set(number::pmpcfg0, 0);
    machine.set(number::pmpaddr0, (data + 0x100) >> 2);
    machine.set(number::pmpaddr0 + 1, ~std::uint64_t{0});
    machine.set(number::pmpcfg0, 0x1f10);
    machine.put(code, encode::load(2, 5, 10, 0xfc));
    machine.put(code + 4, encode::load(2, 5, 10, 0x104));
    machine.put(code + 8, encode::load(2, 5, 10, 0x100));
    machine.hart().set_x(10, data);
    machine.enter(mode);
    CHECK(machine.step().retired);
    CHECK(machine.step().retired);
    check_trap(machine.step(), 5, data + 0x100);
  }
}

TEST_CASE("A and D: page faults, or updates while menvcfg.ADUE (henvcfg.ADUE) is set") {
  constexpr std::uint64_t adue = std::uint64_t{1} << 61;
  for (const PrivilegeMode mode : {mode_u, mode_s, mode_vu, mode_vs}) {
    CAPTURE(name(mode));
    Paged machine(mode);
    const std::uint64_t flags = (rwx | machine.privilege) & ~(A | D);
    const std::uint64_t leaf = machine.first.map(window, data, flags);
    const std::uint64_t entry = machine.get64(leaf);
    check_trap(machine.run(encode::ld(5, 10)), 13, window);
    CHECK(machine.get64(leaf) == entry);
    machine.set(number::menvcfg, adue);
    if (is_virtual(mode)) {
      check_trap(machine.run(encode::ld(5, 10)), 13, window);
      machine.set(number::henvcfg, adue);
    }
    CHECK(machine.run(encode::ld(5, 10)).retired);
    CHECK(machine.get64(leaf) == (entry | A));
    CHECK(machine.run(encode::sd(5, 10)).retired);
    CHECK(machine.get64(leaf) == (entry | A | D));
  }
}

TEST_CASE("sfence.vma makes changed entries visible") {
  Paged machine(mode_s);
  machine.first.map(window, data, rwx);
  CHECK(machine.run(encode::ld(5, 10)).retired);
  machine.first.map(window, 0, 0);
  CHECK(machine.run(encode::sfence_vma).retired);
  check_trap(machine.run(encode::ld(5, 10)), 13, window);
}

}  // namespace
