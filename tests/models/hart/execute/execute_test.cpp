// Instruction results (unprivileged specification, RV64I, M, A).
#include <catch2/catch.hpp>

#include "tests/models/hart/program_bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;
using Op = Operation;

namespace {

constexpr std::uint64_t minimum = std::uint64_t{1} << 63;
constexpr std::uint64_t all_ones = ~std::uint64_t{0};
constexpr std::uint64_t word_minimum = 0xffffffff80000000;

/// Reproducible values, some with long runs of equal bits.
class Values {
 public:
  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    switch (state_ >> 61) {
      case 0:
        return state_ >> 40;
      case 1:
        return 0 - (state_ >> 40);
      case 2:
        return minimum >> (state_ & 63);
      default:
        return state_;
    }
  }

 private:
  std::uint64_t state_ = 0x243f6a8885a308d3;
};

/// Upper half of the unsigned product by shift-and-add, one bit at a time.
std::uint64_t product_high(std::uint64_t a, std::uint64_t b) {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (int bit = 63; bit >= 0; --bit) {
    high = high << 1 | low >> 63;
    low <<= 1;
    if (((b >> bit) & 1) != 0) {
      low += a;
      high += low < a ? 1 : 0;
    }
  }
  return high;
}

}  // namespace

TEST_CASE("register and immediate arithmetic: values computed by hand") {
  ProgramBench bench;
  const struct {
    std::uint32_t instruction;
    std::uint64_t a, b, result;
  } rows[] = {
      {code_of(Op::addi, 3, 1, 0, -1), 0, 0, all_ones},
      {code_of(Op::add, 3, 1, 2), all_ones, 1, 0},
      {code_of(Op::sub, 3, 1, 2), 0, 1, all_ones},
      {code_of(Op::slti, 3, 1, 0, -5), static_cast<std::uint64_t>(-6), 0, 1},
      {code_of(Op::slti, 3, 1, 0, -5), 0, 0, 0},
      {code_of(Op::sltiu, 3, 1, 0, -1), 5, 0, 1},
      {code_of(Op::slt, 3, 1, 2), minimum, 0, 1},
      {code_of(Op::sltu, 3, 1, 2), minimum, 0, 0},
      {code_of(Op::xori, 3, 1, 0, -1), 0xf0, 0, ~std::uint64_t{0xf0}},
      {code_of(Op::ori, 3, 1, 0, 0x0f), 0xf0, 0, 0xff},
      {code_of(Op::andi, 3, 1, 0, -16), 0xff, 0, 0xf0},
      {code_of(Op::slli, 3, 1, 0, 63), 3, 0, minimum},
      {code_of(Op::srli, 3, 1, 0, 63), minimum, 0, 1},
      {code_of(Op::srai, 3, 1, 0, 63), minimum, 0, all_ones},
      {code_of(Op::sll, 3, 1, 2), 1, 64 + 5, 32},
      {code_of(Op::srl, 3, 1, 2), minimum, 64 + 63, 1},
      {code_of(Op::sra, 3, 1, 2), minimum, 1, std::uint64_t{3} << 62},
      {code_of(Op::addiw, 3, 1, 0, 1), 0x7fffffff, 0, word_minimum},
      {code_of(Op::addw, 3, 1, 2), 0xffffffff, 1, 0},
      {code_of(Op::subw, 3, 1, 2), 0, 1, all_ones},
      {code_of(Op::slliw, 3, 1, 0, 31), 1, 0, word_minimum},
      {code_of(Op::srliw, 3, 1, 0, 0), 0xdead'ffff'fff0, 0, 0xfffffffffffffff0},
      {code_of(Op::srliw, 3, 1, 0, 4), 0xdead'ffff'fff0, 0, 0x0fffffff},
      {code_of(Op::sraiw, 3, 1, 0, 4), 0x8000'0000, 0, 0xfffffffff8000000},
      {code_of(Op::sllw, 3, 1, 2), 1, 32 + 31, word_minimum},
      {code_of(Op::srlw, 3, 1, 2), 0x1'8000'0000, 31, 1},
      {code_of(Op::sraw, 3, 1, 2), 0x8000'0000, 31, all_ones},
      {code_of(Op::lui, 3, 0, 0, std::int64_t{-0x80000000LL}), 0, 0, word_minimum},
      {code_of(Op::auipc, 3, 0, 0, 0x1000), 0, 0, ProgramBench::start + 0x1000},
  };
  for (const auto& row : rows) {
    CAPTURE(row.instruction, row.a, row.b);
    CHECK(bench.result_of(row.instruction, row.a, row.b) == row.result);
  }
}

TEST_CASE("x0 stays zero, whichever instruction writes it") {
  ProgramBench bench;
  bench.program({code_of(Op::addi, 0, 0, 0, 5), code_of(Op::jal, 0, 0, 0, 4),
                 code_of(Op::csrrs, 0, 0, 0, 0xf14), code_of(Op::mul, 0, 1, 1),
                 code_of(Op::ld, 0, 11, 0, 0), code_of(Op::amoadd_d, 0, 11, 0)});
  bench.hart().set_x(1, 7);
  bench.hart().set_x(11, ProgramBench::data);
  bench.put64(ProgramBench::data, 99);
  bench.run(6);
  CHECK(bench.hart().x(0) == 0);
  for (const Retire& event : bench.retired) CHECK(event.rd == 0);
}

TEST_CASE("division: by zero and overflow as in the specification's table") {
  ProgramBench bench;
  const std::uint64_t word_min = 0x80000000;
  const struct {
    Op operation;
    std::uint64_t a, b, result;
  } rows[] = {
      {Op::divu, 7, 0, all_ones},
      {Op::remu, 7, 0, 7},
      {Op::div, 7, 0, all_ones},
      {Op::rem, 7, 0, 7},
      {Op::div, minimum, all_ones, minimum},
      {Op::rem, minimum, all_ones, 0},
      {Op::divuw, 0x80000007, 0, all_ones},
      {Op::remuw, 0x80000007, 0, 0xffffffff80000007},
      {Op::divw, 7, std::uint64_t{1} << 32, all_ones},
      {Op::remw, 0xffffffff, 0, all_ones},
      {Op::divw, word_min, all_ones, word_minimum},
      {Op::remw, word_min, all_ones, 0},
      {Op::div, static_cast<std::uint64_t>(-7), 2, static_cast<std::uint64_t>(-3)},
      {Op::rem, static_cast<std::uint64_t>(-7), 2, all_ones},
      {Op::rem, 7, static_cast<std::uint64_t>(-2), 1},
      {Op::divu, all_ones, 2, all_ones >> 1},
      {Op::divuw, 0xffffffff, 1, all_ones},
      {Op::remuw, 0xffffffff, 0x80000000, 0x7fffffff},
  };
  for (const auto& row : rows) {
    CAPTURE(static_cast<int>(row.operation), row.a, row.b);
    CHECK(bench.result_of(code_of(row.operation, 3, 1, 2), row.a, row.b) == row.result);
  }
}

TEST_CASE("multiplication: high halves against addition bit by bit") {
  ProgramBench bench;
  Values values;
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t a = values.next();
    const std::uint64_t b = values.next();
    CAPTURE(a, b);
    const std::uint64_t high = product_high(a, b);
    const std::uint64_t minus_a = (b >> 63) != 0 ? a : 0;
    const std::uint64_t minus_b = (a >> 63) != 0 ? b : 0;
    CHECK(bench.result_of(code_of(Op::mulhu, 3, 1, 2), a, b) == high);
    CHECK(bench.result_of(code_of(Op::mulhsu, 3, 1, 2), a, b) == high - minus_b);
    CHECK(bench.result_of(code_of(Op::mulh, 3, 1, 2), a, b) == high - minus_b - minus_a);
    CHECK(bench.result_of(code_of(Op::mul, 3, 1, 2), a, b) == a * b);
    const auto word = static_cast<std::int32_t>(static_cast<std::uint32_t>(a * b));
    CHECK(bench.result_of(code_of(Op::mulw, 3, 1, 2), a, b) ==
          static_cast<std::uint64_t>(std::int64_t{word}));
  }
}

TEST_CASE("branches: taken when the comparison holds, signed and unsigned") {
  const std::uint64_t pairs[][2] = {{0, 0},        {1, 2},        {2, 1},
                                    {all_ones, 1}, {1, all_ones}, {minimum, minimum - 1}};
  for (const auto& pair : pairs) {
    const std::uint64_t a = pair[0];
    const std::uint64_t b = pair[1];
    const auto sa = static_cast<std::int64_t>(a);
    const auto sb = static_cast<std::int64_t>(b);
    const struct {
      Op operation;
      bool taken;
    } rows[] = {{Op::beq, a == b},   {Op::bne, a != b}, {Op::blt, sa < sb},
                {Op::bge, sa >= sb}, {Op::bltu, a < b}, {Op::bgeu, a >= b}};
    for (const auto& row : rows) {
      CAPTURE(static_cast<int>(row.operation), a, b);
      ProgramBench bench;
      bench.result_of(code_of(row.operation, 0, 1, 2, -2048), a, b);
      CHECK(bench.hart().pc().value == ProgramBench::start + (row.taken ? -2048 : 4));
    }
  }
}

TEST_CASE("jalr: clears bit 0, links, and reads rs1 before it writes rd") {
  ProgramBench bench;
  bench.program({code_of(Op::jalr, 1, 1, 0, 3)});
  bench.hart().set_x(1, ProgramBench::data);
  bench.run(1);
  CHECK(bench.hart().pc().value == ProgramBench::data + 2);
  CHECK(bench.hart().x(1) == ProgramBench::start + 4);
}

TEST_CASE("a compressed jump links the address two bytes after it") {
  ProgramBench bench;
  bench.program({0x00019282});  // c.jalr t0
  bench.hart().set_x(5, ProgramBench::data);
  bench.run(1);
  CHECK(bench.hart().pc().value == ProgramBench::data);
  CHECK(bench.hart().x(1) == ProgramBench::start + 2);
}

TEST_CASE("the reservation is the aligned 8-byte word around the operand") {
  for (const std::uint64_t distance : {0, 4, 8}) {
    ProgramBench bench;
    bench.program({code_of(Op::lr_w, 5, 10), code_of(Op::sc_w, 6, 11, 12)});
    bench.hart().set_x(10, ProgramBench::data);
    bench.hart().set_x(11, ProgramBench::data + distance);
    bench.run(2);
    CHECK(bench.hart().x(6) == (distance < 8 ? 0 : 1));
  }
}

TEST_CASE("without C a target that is not a multiple of 4 traps at the jump") {
  ProgramBench bench("rv64ima_zicsr");
  bench.program({code_of(Op::jal, 1, 0, 0, 6)});
  bench.run(1);
  REQUIRE(bench.traps.size() == 1);
  CHECK(bench.traps[0].cause == 0);
  CHECK(bench.traps[0].epc.value == ProgramBench::start);
  CHECK(bench.traps[0].tval == ProgramBench::start + 6);
  CHECK(bench.hart().x(1) == 0);
}

TEST_CASE("loads extend, stores write their bytes only, at every alignment") {
  const std::uint64_t pattern = 0x8182838485868788;
  const struct {
    Op operation;
    unsigned bytes;
    bool is_signed;
  } loads[] = {{Op::lb, 1, true},   {Op::lh, 2, true},   {Op::lw, 4, true},  {Op::ld, 8, true},
               {Op::lbu, 1, false}, {Op::lhu, 2, false}, {Op::lwu, 4, false}};
  ProgramBench bench;
  for (unsigned offset = 0; offset < 8; ++offset) {
    bench.put64(ProgramBench::data, pattern);
    bench.put64(ProgramBench::data + 8, pattern);
    for (const auto& load : loads) {
      CAPTURE(offset, load.bytes, load.is_signed);
      std::uint64_t expected = pattern;
      if (offset != 0) expected = pattern >> (8 * offset) | pattern << (64 - 8 * offset);
      const unsigned shift = 64 - 8 * load.bytes;
      expected <<= shift;
      expected = load.is_signed
                     ? static_cast<std::uint64_t>(static_cast<std::int64_t>(expected) >> shift)
                     : expected >> shift;
      CHECK(bench.result_of(code_of(load.operation, 3, 1, 0, offset), ProgramBench::data, 0) ==
            expected);
    }
    const Op stores[] = {Op::sb, Op::sh, Op::sw, Op::sd};
    for (unsigned size = 0; size < 4; ++size) {
      CAPTURE(offset, size);
      bench.put64(ProgramBench::data, 0);
      bench.put64(ProgramBench::data + 8, 0);
      bench.result_of(code_of(stores[size], 0, 1, 2, offset), ProgramBench::data, all_ones);
      for (unsigned byte = 0; byte < 16; ++byte) {
        const bool written = byte >= offset && byte < offset + (1u << size);
        const std::uint64_t got =
            bench.get64(ProgramBench::data + (byte & 8)) >> (8 * (byte & 7)) & 0xff;
        CHECK(got == (written ? 0xff : 0));
      }
    }
  }
}

TEST_CASE("AMOs: memory and rd, in both widths") {
  const std::uint64_t a = 0xffff'fff0'8000'0001;  // negative in both widths
  const std::uint64_t b = 0x0000'0001'7000'0002;
  const struct {
    Op word, doubleword;
    std::uint32_t word_result;
    std::uint64_t doubleword_result;
  } rows[] = {
      {Op::amoswap_w, Op::amoswap_d, 0x7000'0002, b},
      {Op::amoadd_w, Op::amoadd_d, 0xf000'0003, a + b},
      {Op::amoxor_w, Op::amoxor_d, 0xf000'0003, a ^ b},
      {Op::amoand_w, Op::amoand_d, 0, a & b},
      {Op::amoor_w, Op::amoor_d, 0xf000'0003, a | b},
      {Op::amomin_w, Op::amomin_d, 0x8000'0001, a},
      {Op::amomax_w, Op::amomax_d, 0x7000'0002, b},
      {Op::amominu_w, Op::amominu_d, 0x7000'0002, b},
      {Op::amomaxu_w, Op::amomaxu_d, 0x8000'0001, a},
  };
  for (const auto& row : rows) {
    CAPTURE(static_cast<int>(row.word));
    ProgramBench bench;
    bench.put64(ProgramBench::data, a);
    CHECK(bench.result_of(code_of(row.doubleword, 3, 1, 2), ProgramBench::data, b) == a);
    CHECK(bench.get64(ProgramBench::data) == row.doubleword_result);
    bench.put64(ProgramBench::data, a);
    CHECK(bench.result_of(code_of(row.word, 3, 1, 2), ProgramBench::data, b) ==
          0xffff'ffff'8000'0001);
    CHECK(bench.get64(ProgramBench::data) == ((a & ~std::uint64_t{0xffffffff}) | row.word_result));
    const MemoryAccess& access = bench.retired.back().access;
    CHECK(access.kind == MemoryAccess::Kind::amo);
    CHECK(access.bytes == 4);
    CHECK(access.value == row.word_result);
  }
}

TEST_CASE("modified code is executed, also without fence.i") {
  ProgramBench bench;
  const std::uint32_t replacement = code_of(Op::addi, 5, 0, 0, 2);
  // A loop of two rounds: the first executes the old instruction and then overwrites it.
  bench.program({code_of(Op::addi, 5, 0, 0, 1), code_of(Op::sw, 0, 11, 10, 0),
                 code_of(Op::jal, 0, 0, 0, -8)});
  bench.hart().set_x(10, replacement);
  bench.hart().set_x(11, ProgramBench::start);
  bench.run(1);
  CHECK(bench.hart().x(5) == 1);
  bench.run(3);
  CHECK(bench.hart().x(5) == 2);
}

TEST_CASE("instructions can be fetched over the bus") {
  ProgramBench bench;
  bench.put16(ProgramBench::device + 2, 0x0001);  // c.nop
  bench.put(ProgramBench::device + 4, {code_of(Op::addi, 5, 0, 0, 9)});
  bench.hart().set_pc(VirtualAddress(ProgramBench::device + 2));
  bench.run(2);
  CHECK(bench.hart().x(5) == 9);
  CHECK(bench.device_fetches >= 2);
  CHECK(bench.retired[1].physical_pc.value == ProgramBench::device + 4);
}
