// Translations that the hart caches must not be observable: an instruction that changes the context
// affects the very next access.
#include <catch2/catch.hpp>

#include "models/hart/execute/execute.hpp"
#include "models/hart/isa/decode.hpp"
#include "tests/models/hart/program_bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;
using Op = Operation;

namespace {

constexpr std::uint64_t v = 1, r = 2, w = 4, x = 8, u = 16, a = 64, d = 128;
constexpr std::uint16_t mstatus_number = 0x300;
constexpr std::uint64_t sum = 1 << 18, mxr = 1 << 19, mprv = 1 << 17, mpp_s = 1 << 11;
/// The virtual address that the tests' tables map.
constexpr std::uint64_t page = 0x40000000;

/// Three levels of tables at `root` that map `page` and the page after it.
std::uint64_t map_two_pages(ProgramBench& bench, std::uint64_t root, std::uint64_t first,
                            std::uint64_t first_permissions, std::uint64_t second,
                            std::uint64_t second_permissions) {
  const auto pte = [](std::uint64_t physical, std::uint64_t bits) {
    return physical >> 12 << 10 | bits;
  };
  bench.put64(root + 8, pte(root + 0x1000, v));  // VPN[2] of `page` is 1
  bench.put64(root + 0x1000, pte(root + 0x2000, v));
  bench.put64(root + 0x2000, pte(first, first_permissions));
  bench.put64(root + 0x2008, pte(second, second_permissions));
  return std::uint64_t{8} << 60 | root >> 12;
}

constexpr std::uint64_t table = 0x8003'0000;
constexpr std::uint64_t other_table = 0x8003'4000;

/// Loads from `page` with x10 as base, as S-mode through MPRV.
void load_as_supervisor(ProgramBench& bench, std::uint64_t satp, std::uint64_t status) {
  bench.hart().set_csr(0x3b0, ~std::uint64_t{0});
  bench.hart().set_csr(0x3a0, 0x1f);
  bench.hart().set_csr(0x180, satp);
  bench.hart().set_csr(mstatus_number, status);
  bench.hart().set_x(10, page);
}

}  // namespace

TEST_CASE("MXR, SUM and MPRV set or cleared by an instruction affect the next one") {
  const std::uint32_t load = code_of(Op::ld, 5, 10);
  const struct {
    std::uint64_t permissions, field;
  } rows[] = {{v | x | a, mxr}, {v | r | u | a, sum}};
  for (const auto& row : rows) {
    CAPTURE(row.field);
    ProgramBench bench;
    const std::uint64_t satp = map_two_pages(bench, table, ProgramBench::data, row.permissions,
                                             ProgramBench::data, row.permissions);
    load_as_supervisor(bench, satp, mprv | mpp_s | row.field);
    bench.hart().set_x(12, row.field);
    bench.program({load, load, code_of(Op::csrrc, 0, 12, 0, mstatus_number), load});
    bench.run(4);
    REQUIRE(bench.retired.size() == 3);
    REQUIRE(bench.traps.size() == 1);
    CHECK(bench.traps[0].cause == 13);
    CHECK(bench.traps[0].tval == page);
  }
}

TEST_CASE("vsstatus.MXR applies to the VS stage only") {
  ProgramBench bench;
  const std::uint64_t vsatp =
      map_two_pages(bench, table, ProgramBench::data, v | x | a, ProgramBench::data, v | x | a);
  load_as_supervisor(bench, 0, mprv | mpp_s | std::uint64_t{1} << 39);
  bench.hart().set_csr(0x280, vsatp);
  bench.hart().set_csr(0x200, mxr);
  const std::uint32_t load = code_of(Op::ld, 5, 10);
  bench.hart().set_x(12, mxr);
  bench.program({load, code_of(Op::csrrc, 0, 12, 0, 0x200), load});
  bench.run(3);
  CHECK(bench.retired.size() == 2);
  REQUIRE(bench.traps.size() == 1);
  CHECK(bench.traps[0].cause == 13);
}

TEST_CASE("MPRV set by an instruction translates the next load") {
  ProgramBench bench;
  const std::uint64_t satp =
      map_two_pages(bench, table, ProgramBench::data, v | r | a, ProgramBench::data, v | r | a);
  load_as_supervisor(bench, satp, mpp_s);
  bench.put64(ProgramBench::data, 77);
  bench.hart().set_x(12, mprv);
  bench.program({code_of(Op::csrrs, 0, 12, 0, mstatus_number), code_of(Op::ld, 5, 10)});
  bench.run(2);
  CHECK(bench.hart().x(5) == 77);
  CHECK(bench.retired[1].access.physical.value == ProgramBench::data);
  CHECK(bench.retired[1].access.address.value == page);
}

TEST_CASE("sfence.vma after a write of satp or of the tables affects the next load") {
  ProgramBench bench;
  const std::uint64_t one =
      map_two_pages(bench, table, ProgramBench::data, v | r | a, ProgramBench::data, v | r | a);
  const std::uint64_t two = map_two_pages(bench, other_table, ProgramBench::data + 0x1000,
                                          v | r | a, ProgramBench::data, v | r | a);
  load_as_supervisor(bench, one, mprv | mpp_s);
  bench.put64(ProgramBench::data, 1);
  bench.put64(ProgramBench::data + 0x1000, 2);
  bench.hart().set_x(12, two);
  bench.program({code_of(Op::ld, 5, 10), code_of(Op::csrrw, 0, 12, 0, 0x180),
                 code_of(Op::sfence_vma), code_of(Op::ld, 6, 10), code_of(Op::sfence_vma),
                 code_of(Op::ld, 7, 10)});
  bench.run(4);
  CHECK(bench.hart().x(5) == 1);
  CHECK(bench.hart().x(6) == 2);
  map_two_pages(bench, other_table, ProgramBench::data, v | r | a, ProgramBench::data, v | r | a);
  bench.run(2);
  CHECK(bench.hart().x(7) == 1);
}

TEST_CASE("an instruction across two pages comes from both, also when the first is cached") {
  ProgramBench bench;
  // The second page is before the first in physical memory.
  const std::uint64_t first = ProgramBench::data + 0x1000;
  const std::uint64_t second = ProgramBench::data;
  const std::uint64_t satp =
      map_two_pages(bench, table, first, v | r | x | a | d, second, v | r | x | a | d);
  load_as_supervisor(bench, satp, mpp_s);
  const std::uint32_t straddler = code_of(Op::addi, 5, 0, 0, 123);
  bench.put(first + 0xff8, {0x00000013});
  bench.put16(first + 0xffc, 0x0001);
  bench.put16(first + 0xffe, static_cast<std::uint16_t>(straddler));
  bench.put16(second, static_cast<std::uint16_t>(straddler >> 16));
  bench.put16(second + 2, 0x0001);
  bench.put64(first + 0x1000, 0);
  bench.hart().set_csr(0x341, page + 0xff8);
  bench.program({code_of(Op::mret)});
  bench.run(5);
  CHECK(bench.traps.empty());
  CHECK(bench.hart().x(5) == 123);
  CHECK(bench.hart().pc().value == page + 0x1004);
}

TEST_CASE("misaligned trap: also in a page that is cached") {
  ProgramBench bench;
  bench.put64(ProgramBench::data, 0x1122334455667788);
  bench.hart().set_x(10, ProgramBench::data);
  bench.program({code_of(Op::amoadd_d, 0, 10, 0), code_of(Op::amoadd_w, 5, 10, 0),
                 code_of(Op::lr_d, 5, 10), code_of(Op::addi, 10, 10, 0, 2),
                 code_of(Op::amoadd_w, 5, 10, 0)});
  bench.run(5);
  REQUIRE(bench.traps.size() == 1);
  CHECK(bench.traps[0].cause == 6);
}

TEST_CASE("transformed instructions: fields kept, the offset in rs1, bit 1 for compressed ones") {
  const auto transformed = [](std::uint32_t bits, std::uint64_t offset) {
    const auto instruction = decode(bits, ExtensionSet::all());
    REQUIRE(instruction.has_value());
    return transformed_instruction(*instruction, offset);
  };
  // ld x5, 24(x10): rd and funct3 are kept, the immediate and rs1 are cleared.
  CHECK(transformed(code_of(Op::ld, 5, 10, 0, 24), 0) == 0x3283);
  CHECK(transformed(code_of(Op::ld, 5, 10, 0, 24), 3) == (0x3283 | 3 << 15));
  // sd x12, 24(x10): rs2 is kept.
  CHECK(transformed(code_of(Op::sd, 0, 10, 12, 24), 0) == (0x3023 | 12 << 20));
  // amoadd.d x7, x12, (x10) and lr.w: all but rs1.
  const std::uint32_t without_rs1 = ~(std::uint32_t{31} << 15);
  CHECK(transformed(code_of(Op::amoadd_d, 7, 10, 12), 0) ==
        (code_of(Op::amoadd_d, 7, 10, 12) & without_rs1));
  CHECK(transformed(code_of(Op::hlv_d, 7, 10), 0) == (code_of(Op::hlv_d, 7, 10) & without_rs1));
  CHECK(transformed(code_of(Op::hsv_w, 0, 10, 12), 0) ==
        (code_of(Op::hsv_w, 0, 10, 12) & without_rs1));
  // c.ld x9, 8(x8) = 0x6404 expands to ld x9, 8(x8); bit 1 = 0 marks it as compressed.
  CHECK(transformed(0x6404, 0) == (0x3003 | 9 << 7) - 2);
  CHECK(transformed(code_of(Op::addi, 5, 5), 0) == 0);
}

TEST_CASE("mtinst keeps the pseudoinstruction when the guest's page table could not be read") {
  ProgramBench bench;
  // The VS stage's root is a guest-physical page that the G stage (an empty table) does not map.
  load_as_supervisor(bench, 0, mprv | mpp_s | std::uint64_t{1} << 39);
  bench.hart().set_csr(0x280, std::uint64_t{8} << 60 | ProgramBench::data >> 12);
  bench.hart().set_csr(0x680, std::uint64_t{8} << 60 | table >> 12);
  bench.program({code_of(Op::ld, 5, 10)});
  bench.run(1);
  REQUIRE(bench.traps.size() == 1);
  CHECK(bench.traps[0].cause == 21);
  CHECK(bench.traps[0].tinst == 0x3000);
  CHECK(bench.traps[0].tval == page);
  CHECK(bench.traps[0].tval2 == (ProgramBench::data + 8) >> 2);
}
