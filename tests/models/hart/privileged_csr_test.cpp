// CSR access checks, and the values that CSRs hold (privileged specification, "CSR Address Mapping
// Conventions", the registers' own sections, "Virtual Instruction Exceptions").
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/models/hart/privileged_machine.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

/// Every CSR of a hart with S, H, Sstc and Zicntr.
std::set<unsigned> list_existing() {
  std::set<unsigned> numbers = {
      0x100, 0x104, 0x105, 0x106, 0x10a, 0x140, 0x141, 0x142, 0x143, 0x144, 0x14d, 0x180,
      0x200, 0x204, 0x205, 0x240, 0x241, 0x242, 0x243, 0x244, 0x24d, 0x280, 0x300, 0x301,
      0x302, 0x303, 0x304, 0x305, 0x306, 0x30a, 0x320, 0x340, 0x341, 0x342, 0x343, 0x344,
      0x34a, 0x34b, 0x3a0, 0x3a2, 0x600, 0x602, 0x603, 0x604, 0x605, 0x606, 0x607, 0x60a,
      0x643, 0x644, 0x645, 0x64a, 0x680, 0xe12, 0xb00, 0xb02, 0xc00, 0xc01, 0xc02, 0xf11,
      0xf12, 0xf13, 0xf14, 0xf15, 0x7a0, 0x7a1, 0x7a2, 0x7a3};
  for (unsigned i = 0; i < 16; ++i) numbers.insert(0x3b0 + i);
  for (unsigned i = 3; i < 32; ++i) {
    numbers.insert(0xb00 + i);
    numbers.insert(0x320 + i);
  }
  return numbers;
}

const std::set<unsigned>& existing() {
  static const std::set<unsigned> numbers = list_existing();
  return numbers;
}

/// 0, 2 or 22, with all enables open and TVM, VTVM clear.
unsigned expected_cause(unsigned csr, PrivilegeMode mode, bool write) {
  if (existing().count(csr) == 0) return 2;
  if (write && (csr >> 10) == 3) return 2;
  const unsigned lowest = (csr >> 8) & 3;
  switch (mode) {
    case mode_m:
      return 0;
    case mode_s:
      return lowest <= 2 ? 0 : 2;
    case mode_u:
      return lowest == 0 ? 0 : 2;
    case mode_vs:
      return lowest == 3 ? 2 : lowest == 2 ? 22 : 0;
    case mode_vu:
      return lowest == 3 ? 2 : lowest == 0 ? 0 : 22;
  }
  return 2;
}

void open_everything(Machine& machine) {
  machine.set(number::mcounteren, all_ones);
  machine.set(number::hcounteren, all_ones);
  machine.set(number::scounteren, all_ones);
  machine.set(number::menvcfg, all_ones);
  machine.set(number::henvcfg, all_ones);
}

unsigned cause_of_step(const Step& step) {
  REQUIRE(step.trap.has_value() != step.retired.has_value());
  return step.trap ? static_cast<unsigned>(step.trap->cause) : 0;
}

TEST_CASE("all 4096 numbers from every mode, read and written") {
  for (const PrivilegeMode mode : all_modes) {
    for (unsigned csr = 0; csr < 4096; ++csr) {
      // Absent numbers: one in eight, and always those next to present ones.
      const bool near = existing().count(csr) + existing().count(csr - 1) != 0;
      if (!near && csr % 8 != 0) continue;
      Machine machine;
      open_everything(machine);
      for (const bool write : {false, true}) {
        const std::uint32_t instruction =
            write ? encode::csrrw(5, csr, 0) : encode::csrrs(5, csr, 0);
        const unsigned got = cause_of_step(machine.run(mode, instruction));
        const unsigned wanted = expected_cause(csr, mode, write);
        if (got != wanted) {
          CAPTURE(name(mode), csr, write, got, wanted);
          FAIL_CHECK();
        }
      }
    }
  }
}

TEST_CASE("which instructions write a read-only CSR, and which only read it") {
  Machine machine;
  open_everything(machine);
  // csrrs, csrrc, csrrsi, csrrci with x0 or 0 do not write; any other operand does, also one that
  // happens to be 0.
  for (const unsigned funct3 : {2u, 3u, 6u, 7u}) {
    CHECK(cause_of_step(machine.run(mode_m, encode::csr(funct3, 5, 0xf14, 0))) == 0);
    CHECK(cause_of_step(machine.run(mode_m, encode::csr(funct3, 5, 0xf14, 1))) == 2);
  }
  for (const unsigned funct3 : {1u, 5u}) {
    CHECK(cause_of_step(machine.run(mode_m, encode::csr(funct3, 0, 0xf14, 0))) == 2);
  }
}

TEST_CASE("a CSR instruction that traps changes nothing") {
  Machine machine;
  machine.hart().set_x(5, 0x55);
  machine.hart().set_x(6, 0x66);
  machine.set(number::mscratch, 0x77);
  CHECK(cause_of_step(machine.run(mode_u, encode::csrrw(5, number::mscratch, 6))) == 2);
  CHECK(machine.hart().x(5) == 0x55);
  CHECK(machine.get(number::mscratch) == 0x77);
}

TEST_CASE("set and clear use the old value, rd and rs1 may be the same") {
  Machine machine;
  machine.set(number::mscratch, 0xf0);
  machine.hart().set_x(5, 0x3c);
  machine.run(mode_m, encode::csrrs(5, number::mscratch, 5));
  CHECK(machine.get(number::mscratch) == 0xfc);
  CHECK(machine.hart().x(5) == 0xf0);
  machine.run(mode_m, encode::csrrc(6, number::mscratch, 5));
  CHECK(machine.get(number::mscratch) == 0x0c);
  machine.run(mode_m, encode::csrrw(5, number::mscratch, 5));
  CHECK(machine.get(number::mscratch) == 0xf0);
  CHECK(machine.hart().x(5) == 0x0c);
  machine.run(mode_m, encode::csr(5, 0, number::mscratch, 31));
  CHECK(machine.get(number::mscratch) == 31);
}

TEST_CASE("counters: mcounteren, hcounteren, scounteren and the mode") {
  for (unsigned enables = 0; enables < 8; ++enables) {
    for (const unsigned index : {0u, 1u, 2u}) {
      for (const PrivilegeMode mode : all_modes) {
        const bool m = (enables & 1) != 0, h = (enables & 2) != 0, s = (enables & 4) != 0;
        Machine machine;
        const std::uint64_t mask = std::uint64_t{1} << index;
        machine.set(number::mcounteren, m ? mask : ~mask);
        machine.set(number::hcounteren, h ? mask : ~mask);
        machine.set(number::scounteren, s ? mask : ~mask);
        unsigned wanted = 0;
        if (mode == mode_s) wanted = m ? 0 : 2;
        if (mode == mode_u) wanted = m && s ? 0 : 2;
        if (mode == mode_vs) wanted = !m ? 2 : h ? 0 : 22;
        if (mode == mode_vu) wanted = !m ? 2 : h && s ? 0 : 22;
        CAPTURE(name(mode), index, m, h, s);
        CHECK(cause_of_step(machine.run(mode, encode::csrrs(5, 0xc00 + index, 0))) == wanted);
      }
    }
  }
}

TEST_CASE("stimecmp and vstimecmp: STCE and TM of both levels") {
  for (unsigned enables = 0; enables < 16; ++enables) {
    const bool mtm = (enables & 1) != 0, mstce = (enables & 2) != 0;
    const bool htm = (enables & 4) != 0, hstce = (enables & 8) != 0;
    for (const PrivilegeMode mode : all_modes) {
      Machine machine;
      const std::uint64_t stce = std::uint64_t{1} << 63;
      machine.set(number::mcounteren, mtm ? 2 : 5);
      machine.set(number::hcounteren, htm ? 2 : 5);
      machine.set(number::menvcfg, mstce ? stce : 0);
      machine.set(number::henvcfg, hstce ? stce : 0);
      unsigned stimecmp = 0, vstimecmp = 0;
      const bool open = mtm && mstce;
      if (mode == mode_u) stimecmp = vstimecmp = 2;
      if (mode == mode_s) stimecmp = vstimecmp = open ? 0 : 2;
      if (mode == mode_vs) {
        stimecmp = !open ? 2 : htm && hstce ? 0 : 22;
        vstimecmp = open ? 22 : 2;
      }
      if (mode == mode_vu) stimecmp = vstimecmp = open ? 22 : 2;
      CAPTURE(name(mode), mtm, mstce, htm, hstce);
      CHECK(cause_of_step(machine.run(mode, encode::csrrs(5, number::stimecmp, 0))) == stimecmp);
      CHECK(cause_of_step(machine.run(mode, encode::csrrs(5, number::vstimecmp, 0))) == vstimecmp);
    }
  }
}

TEST_CASE("WARL: values after writing all ones, then all zeros") {
  const struct {
    const char* what;
    std::uint16_t csr;
    std::uint64_t ones, zeros;
  } rows[] = {
      {"mstatus", 0x300, 0xca'007e'19aa, 0xa'0000'0000},
      {"misa", 0x301, 0x8000'0000'0014'1185, 0x8000'0000'0014'1185},
      {"medeleg", 0x302, 0xf0b7ff, 0},
      {"mideleg", 0x303, 0x666, 0x444},
      {"mie", 0x304, 0xeee, 0},
      {"mtvec", 0x305, 0xffff'ffff'ffff'fffd, 0},
      {"mcounteren", 0x306, 7, 0},
      {"menvcfg", 0x30a, 0xa000'0000'0000'0001, 0},
      {"mcountinhibit", 0x320, 5, 0},
      {"mscratch", 0x340, all_ones, 0},
      {"mepc", 0x341, ~std::uint64_t{1}, 0},
      {"sstatus", 0x100, 0x2'000c'0122, 0x2'0000'0000},
      {"stvec", 0x105, 0xffff'ffff'ffff'fffd, 0},
      {"scounteren", 0x106, 7, 0},
      {"senvcfg", 0x10a, 1, 0},
      {"sepc", 0x141, ~std::uint64_t{1}, 0},
      {"stval", 0x143, all_ones, 0},
      {"hstatus", 0x600, 0x2'0070'03c0, 0x2'0000'0000},
      {"hedeleg", 0x602, 0xb1ff, 0},
      {"hideleg", 0x603, 0x444, 0},
      {"hcounteren", 0x606, 7, 0},
      {"htimedelta", 0x605, all_ones, 0},
      {"hgeie", 0x607, 0, 0},
      {"hvip", 0x645, 0x444, 0},
      {"vsstatus", 0x200, 0x2'000c'0122, 0x2'0000'0000},
      {"vsepc", 0x241, ~std::uint64_t{1}, 0},
      {"vstvec", 0x205, 0xffff'ffff'ffff'fffd, 0},
      {"mhpmcounter3", 0xb03, 0, 0},
      {"mhpmevent31", 0x33f, 0, 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    Machine machine;
    machine.set(row.csr, all_ones);
    CHECK(machine.get(row.csr) == row.ones);
    machine.set(row.csr, 0);
    CHECK(machine.get(row.csr) == row.zeros);
  }
}

TEST_CASE("mstatus.MPP never holds the reserved 2") {
  for (const std::uint64_t legal : {0, 1, 3}) {
    Machine machine;
    machine.set(number::mstatus, legal << 11);
    machine.set(number::mstatus, std::uint64_t{2} << 11);
    CHECK(((machine.get(number::mstatus) >> 11) & 3) != 2);
  }
}

TEST_CASE("satp: a write with an unsupported MODE has no effect, the others set every field") {
  Machine machine;
  for (std::uint64_t mode = 0; mode < 16; ++mode) {
    const std::uint64_t before = std::uint64_t{8} << 60 | 0x1234;
    machine.set(number::satp, before);
    const std::uint64_t value = mode << 60 | std::uint64_t{0xffff} << 44 | 0xfff'ffff'ffff;
    machine.set(number::satp, value);
    const bool supported = mode == 0 || mode == 8 || mode == 9;
    CAPTURE(mode);
    CHECK(machine.get(number::satp) == (supported ? value : before));
  }
}

TEST_CASE("hgatp: 14 bits of VMID, a root of 16 KiB, and MODE remains legal") {
  Machine machine;
  for (std::uint64_t mode = 0; mode < 16; ++mode) {
    machine.set(number::hgatp, std::uint64_t{8} << 60);
    machine.set(number::hgatp, mode << 60 | 0x0fff'ffff'ffff'ffff);
    const std::uint64_t got = machine.get(number::hgatp);
    const bool supported = mode == 0 || mode == 8 || mode == 9;
    CAPTURE(mode);
    if (supported) CHECK(got == (mode << 60 | 0x03ff'ffff'ffff'fffc));
    // "a write to hgatp with an unsupported MODE value is not ignored": the fields are WARL.
    if (!supported) CHECK(got == (std::uint64_t{8} << 60 | 0x03ff'ffff'ffff'fffc));
  }
}

TEST_CASE("henvcfg: STCE and ADUE are read-only zero while menvcfg has them clear") {
  Machine machine;
  for (const unsigned bit : {61u, 63u}) {
    const std::uint64_t mask = std::uint64_t{1} << bit;
    machine.set(number::menvcfg, 0);
    machine.set(number::henvcfg, mask);
    CHECK(machine.get(number::henvcfg) == 0);
    machine.set(number::menvcfg, mask);
    CHECK(machine.get(number::henvcfg) == 0);  // the write was ignored, not kept
    machine.set(number::henvcfg, mask);
    CHECK(machine.get(number::henvcfg) == mask);
    machine.set(number::menvcfg, 0);
    CHECK(machine.get(number::henvcfg) == 0);
  }
}

TEST_CASE("with V=1 the supervisor CSRs are the virtual supervisor's") {
  const std::map<unsigned, unsigned> pairs = {{0x105, 0x205}, {0x140, 0x240}, {0x141, 0x241},
                                              {0x142, 0x242}, {0x143, 0x243}, {0x180, 0x280},
                                              {0x14d, 0x24d}, {0x100, 0x200}};
  for (const auto& [supervisor, virtual_supervisor] : pairs) {
    CAPTURE(supervisor);
    Machine machine;
    open_everything(machine);
    const auto s = static_cast<std::uint16_t>(supervisor);
    const auto vs = static_cast<std::uint16_t>(virtual_supervisor);
    const bool is_status = supervisor == 0x100;
    const std::uint64_t value = is_status ? field::sum | std::uint64_t{2} << 32 : 0x120;
    const std::uint64_t before = machine.get(s);
    machine.hart().set_x(5, value);
    CHECK(cause_of_step(machine.run(mode_vs, encode::csrrw(6, supervisor, 5))) == 0);
    CHECK(machine.get(vs) == value);
    CHECK(machine.get(s) == before);
    CHECK(cause_of_step(machine.run(mode_vs, encode::csrrs(7, supervisor, 0))) == 0);
    CHECK(machine.hart().x(7) == value);
    // In HS-mode the numbers select the supervisor CSRs themselves.
    CHECK(cause_of_step(machine.run(mode_s, encode::csrrs(7, supervisor, 0))) == 0);
    CHECK((machine.hart().x(7) & ~field::spie & ~field::spp) == (before & ~field::spie));
  }
}

TEST_CASE("time: mtime, with htimedelta added when V=1, writes of time are illegal") {
  Machine machine;
  open_everything(machine);
  machine.time_value = 5000;
  machine.set(number::htimedelta, all_ones - 999);  // -1000
  for (const PrivilegeMode mode : all_modes) {
    machine.run(mode, encode::csrrs(5, number::time, 0));
    CHECK(machine.hart().x(5) == (is_virtual(mode) ? 4000 : 5000));
  }
}

TEST_CASE("minstret counts retired instructions only, mcountinhibit stops it") {
  Machine machine;
  machine.put(code, encode::csrrw(0, number::minstret, 5));
  machine.put(code + 4, encode::nop);
  machine.put(code + 8, encode::csrrs(6, number::minstret, 0));
  machine.hart().set_x(5, 100);
  machine.enter(mode_m);
  for (unsigned i = 0; i < 3; ++i) machine.step();
  // "the value written is seen by the next instruction": 100 at the nop, 101 at the reader.
  CHECK(machine.hart().x(6) == 101);
  machine.put(code, encode::csrrs(0, number::mcountinhibit, 5));
  machine.put(code + 4, encode::csrrs(6, number::minstret, 0));
  machine.put(code + 8, encode::csrrs(7, number::minstret, 0));
  machine.hart().set_x(5, 4);
  machine.enter(mode_m);
  for (unsigned i = 0; i < 3; ++i) machine.step();
  CHECK(machine.hart().x(6) == machine.hart().x(7));
}

TEST_CASE("an instruction that traps does not count in minstret") {
  Machine machine;
  machine.put(m_vector, encode::csrrs(7, number::minstret, 0));
  machine.put(code, encode::csrrs(6, number::minstret, 0));
  machine.put(code + 4, encode::ecall);
  machine.enter(mode_m);
  for (unsigned i = 0; i < 3; ++i) machine.step();
  CHECK(machine.hart().x(7) == machine.hart().x(6) + 1);
}

TEST_CASE("extensions that the ISA string omits do not exist") {
  SECTION("no H") {
    Machine machine("rv64imac_zicsr_zifencei_zicntr_sstc");
    for (const unsigned csr : {0x600, 0x602, 0x680, 0x200, 0x280, 0x24d, 0x34a, 0x34b}) {
      CHECK(cause_of_step(machine.run(mode_m, encode::csrrs(5, csr, 0))) == 2);
      CHECK(cause_of_step(machine.run(mode_s, encode::csrrs(5, csr, 0))) == 2);
    }
    CHECK(cause_of_step(machine.run(mode_m, encode::hlv_d(5, 10))) == 2);
    CHECK(cause_of_step(machine.run(mode_s, encode::hfence_vvma)) == 2);
    machine.set(number::mstatus, all_ones);
    CHECK((machine.get(number::mstatus) & (field::mpv | field::gva)) == 0);
    machine.set(number::mideleg, all_ones);
    CHECK(machine.get(number::mideleg) == 0x222);
    machine.set(number::medeleg, all_ones);
    CHECK(machine.get(number::medeleg) == 0xb3ff);
    CHECK((machine.get(number::misa) & (1 << 7)) == 0);
  }
  SECTION("no Sstc") {
    Machine machine("rv64imac_zicntr");
    CHECK(cause_of_step(machine.run(mode_m, encode::csrrs(5, number::stimecmp, 0))) == 2);
    machine.set(number::menvcfg, all_ones);
    CHECK(machine.get(number::menvcfg) == 1);
  }
  SECTION("no Zicntr") {
    Machine machine("rv64imac");
    for (const unsigned csr : {0xc00, 0xc01, 0xc02}) {
      CHECK(cause_of_step(machine.run(mode_m, encode::csrrs(5, csr, 0))) == 2);
    }
    CHECK(cause_of_step(machine.run(mode_m, encode::csrrs(5, number::mcycle, 0))) == 0);
  }
  SECTION("M and U only") {
    Machine machine("rv64imac_u");
    for (const unsigned csr : {0x100, 0x104, 0x105, 0x106, 0x140, 0x144, 0x180, 0x302, 0x303}) {
      CHECK(cause_of_step(machine.run(mode_m, encode::csrrs(5, csr, 0))) == 2);
    }
    CHECK(cause_of_step(machine.run(mode_m, encode::sfence_vma)) == 2);
    machine.set(number::mstatus, all_ones);
    const std::uint64_t absent =
        field::sie | field::spie | field::spp | field::sum | field::mxr | field::tvm | field::tsr;
    CHECK((machine.get(number::mstatus) & absent) == 0);
    machine.set(number::mie, all_ones);
    CHECK(machine.get(number::mie) == 0x888);
    machine.set(number::mip, all_ones);
    machine.hart().set_interrupt_line(9, true);
    CHECK(machine.get(number::mip) == 0);
  }
}

}  // namespace
