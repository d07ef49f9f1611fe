// The cost of each instruction on the stepped pipeline when every fetch hits: one row per test, in
// cycles from commit to commit.
#include <catch2/catch.hpp>

#include "tests/models/hart/program_bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;
using Op = Operation;

namespace {

/// Runs `words` with x10 = data, x11 = device, x12 = 7 and gives the cost of the last one.
std::uint64_t cost_of_last(const std::vector<std::uint32_t>& words) {
  ProgramBench bench;
  bench.program(words);
  bench.hart().set_x(10, ProgramBench::data);
  bench.hart().set_x(11, ProgramBench::device);
  bench.hart().set_x(12, 7);
  bench.run(static_cast<unsigned>(words.size()));
  REQUIRE(bench.retired.size() == words.size());
  return bench.cost(words.size() - 1);
}

const std::uint32_t nop = code_of(Op::addi);
const std::uint32_t load_x5 = code_of(Op::ld, 5, 10);
const std::uint32_t store = code_of(Op::sd, 0, 10, 12);

}  // namespace

TEST_CASE("the first instruction is in the memory stage three cycles after reset") {
  ProgramBench bench;
  bench.program({nop});
  bench.run(1);
  CHECK(bench.retired[0].cycle == Cycle(3));
}

TEST_CASE("one cycle: everything that does not stall") {
  CHECK(cost_of_last({nop, nop}) == 1);
  CHECK(cost_of_last({nop, load_x5}) == 1);
  CHECK(cost_of_last({nop, store}) == 1);
  CHECK(cost_of_last({store, store}) == 1);
  CHECK(cost_of_last({nop, code_of(Op::amoadd_d, 5, 10, 12)}) == 1);
  CHECK(cost_of_last({nop, code_of(Op::mul, 5, 12, 12)}) == 1);
  CHECK(cost_of_last({nop, code_of(Op::bne, 0, 0, 0, 8)}) == 1);  // not taken
  CHECK(cost_of_last({nop, code_of(Op::csrrs, 5, 0, 0, 0xf14)}) == 1);
}

TEST_CASE("load-use: a memory-stage result that the next instruction needs costs one") {
  const std::uint32_t use = code_of(Op::add, 6, 5, 12);
  const std::uint32_t use_as_second = code_of(Op::add, 6, 12, 5);
  for (const std::uint32_t producer :
       {load_x5, code_of(Op::lr_d, 5, 10), code_of(Op::sc_d, 5, 10, 12),
        code_of(Op::amoadd_d, 5, 10, 12), code_of(Op::mul, 5, 12, 12), code_of(Op::div, 5, 12, 12),
        code_of(Op::csrrs, 5, 0, 0, 0xf14)}) {
    CAPTURE(producer);
    CHECK(cost_of_last({producer, use}) == 2);
    CHECK(cost_of_last({producer, use_as_second}) == 2);
    CHECK(cost_of_last({producer, nop, use}) == 1);
    CHECK(cost_of_last({producer, code_of(Op::add, 6, 12, 12)}) == 1);
  }
  CHECK(cost_of_last({code_of(Op::add, 5, 12, 12), use}) == 1);
}

TEST_CASE("the register fields are compared as bits, even if they are an immediate, and never x0") {
  // addi x6, x12, 5: bits 24:20 are the immediate's 5.
  CHECK(cost_of_last({load_x5, code_of(Op::addi, 6, 12, 0, 5)}) == 2);
  CHECK(cost_of_last({load_x5, code_of(Op::addi, 6, 12, 0, 6)}) == 1);
  CHECK(cost_of_last({code_of(Op::ld, 0, 10), code_of(Op::addi, 6, 0, 0, 0)}) == 1);
}

TEST_CASE("the memory port: a load or AMO after a store, SC or AMO costs one") {
  const std::uint32_t load_x6 = code_of(Op::ld, 6, 10);
  const std::uint32_t amo = code_of(Op::amoadd_d, 5, 10, 12);
  CHECK(cost_of_last({store, load_x6}) == 2);
  CHECK(cost_of_last({code_of(Op::sc_d, 5, 10, 12), load_x6}) == 2);
  CHECK(cost_of_last({amo, load_x6}) == 2);
  CHECK(cost_of_last({amo, code_of(Op::amoadd_d, 6, 10, 12)}) == 2);
  CHECK(cost_of_last({store, code_of(Op::lr_d, 6, 10)}) == 2);
  // Both causes at once: one stall.
  CHECK(cost_of_last({amo, code_of(Op::lb, 6, 10, 0, 5)}) == 2);
  CHECK(cost_of_last({amo, store}) == 1);
  CHECK(cost_of_last({store, nop, load_x6}) == 1);
}

TEST_CASE("redirects: two bubbles after a taken branch or jump") {
  CHECK(cost_of_last({code_of(Op::beq, 0, 0, 0, 4), nop}) == 3);
  CHECK(cost_of_last({code_of(Op::jal, 0, 0, 0, 4), nop}) == 3);
  CHECK(cost_of_last({code_of(Op::auipc, 5), code_of(Op::jalr, 0, 5, 0, 8), nop}) == 3);
}

TEST_CASE("flushes: three bubbles after CSR writes and fences") {
  for (const std::uint32_t flush :
       {code_of(Op::csrrw, 0, 12, 0, 0x340), code_of(Op::csrrs, 0, 12, 0, 0x340),
        code_of(Op::fence, 0, 0, 0, 0xff), code_of(Op::fence_i), code_of(Op::sfence_vma)}) {
    CAPTURE(flush);
    CHECK(cost_of_last({flush, nop}) == 4);
  }
}

TEST_CASE("traps and returns: four cycles to the handler and back") {
  ProgramBench bench;
  bench.program({nop, code_of(Op::ecall), nop, code_of(Op::jal)});
  bench.put(ProgramBench::vector,
            {code_of(Op::csrrs, 5, 0, 0, 0x341), code_of(Op::addi, 5, 5, 0, 4),
             code_of(Op::csrrw, 0, 5, 0, 0x341), code_of(Op::mret)});
  bench.run_until(100);
  REQUIRE(bench.traps.size() == 1);
  // nop in 3, ecall in 4, handler from 8: read, use (+1), write; mret 4 later; then 4 again.
  CHECK(bench.traps[0].cycle == Cycle(4));
  const std::uint64_t expected[] = {3, 8, 10, 11, 15, 19};
  REQUIRE(bench.retired.size() >= 6);
  for (unsigned i = 0; i < 6; ++i) CHECK(bench.retired[i].cycle.value == expected[i]);
  REQUIRE(bench.returns.size() == 1);
  CHECK(bench.returns[0].cycle == Cycle(15));
  CHECK(bench.returns[0].target.value == ProgramBench::start + 8);
}

TEST_CASE("division: by width, and short when the divisor is zero") {
  for (const Op operation : {Op::div, Op::divu, Op::rem, Op::remu}) {
    CHECK(cost_of_last({nop, code_of(operation, 5, 12, 12)}) == 18);
    CHECK(cost_of_last({nop, code_of(operation, 5, 12, 0)}) == 2);
  }
  for (const Op operation : {Op::divw, Op::divuw, Op::remw, Op::remuw}) {
    CHECK(cost_of_last({nop, code_of(operation, 5, 12, 12)}) == 10);
    CHECK(cost_of_last({nop, code_of(operation, 5, 12, 0)}) == 2);
  }
}

TEST_CASE("a device access takes as long as the bus, which is requested in the cycle before") {
  const std::uint32_t device_load = code_of(Op::lw, 5, 11);
  const std::uint64_t cost = ProgramBench().device_cycles + 2;
  CHECK(cost_of_last({nop, device_load}) == cost);
  CHECK(cost_of_last({nop, code_of(Op::sw, 0, 11, 12)}) == cost);
  CHECK(cost_of_last({device_load, device_load}) == cost);
}

TEST_CASE("a misaligned access is one access, but two across the end of a page") {
  CHECK(cost_of_last({nop, code_of(Op::ld, 5, 10, 0, 1)}) == 1);
  CHECK(cost_of_last({nop, code_of(Op::sd, 0, 10, 12, 3)}) == 1);
  CHECK(cost_of_last({nop, code_of(Op::ld, 5, 10, 0, -1)}) == 2);
  CHECK(cost_of_last({nop, code_of(Op::sd, 0, 10, 12, -1)}) == 2);
}

TEST_CASE("counters are exact: mcycle is the commit cycle, minstret the number retired before") {
  ProgramBench bench;
  bench.program({nop, code_of(Op::csrrs, 5, 0, 0, 0xb00), nop, code_of(Op::csrrs, 6, 0, 0, 0xb02),
                 code_of(Op::csrrs, 7, 0, 0, 0xc01)});
  bench.run(5);
  CHECK(bench.hart().x(5) == bench.retired[1].cycle.value);
  CHECK(bench.hart().x(6) == 3);
  CHECK(bench.hart().x(7) == bench.retired[4].cycle.value / ProgramBench::prescale);
}

TEST_CASE("mcycle can be set: it has the value in the cycle after the write") {
  ProgramBench bench;
  bench.hart().set_x(12, 1000);
  bench.program({code_of(Op::csrrw, 0, 12, 0, 0xb00), code_of(Op::csrrs, 5, 0, 0, 0xb00)});
  bench.run(2);
  CHECK(bench.hart().x(5) == 1000 + bench.cost(1) - 1);
}

TEST_CASE("mcountinhibit.CY stops mcycle, which continues from there") {
  ProgramBench bench;
  const std::uint32_t read = code_of(Op::csrrs, 5, 0, 0, 0xb00);
  bench.program({code_of(Op::csrrwi, 0, 1, 0, 0x320), read, nop, nop,
                 code_of(Op::csrrs, 6, 0, 0, 0xb00), code_of(Op::csrrwi, 0, 0, 0, 0x320),
                 code_of(Op::csrrs, 7, 0, 0, 0xb00)});
  bench.run(7);
  // Written in cycle c, stopped from c + 1 on.
  CHECK(bench.hart().x(5) == bench.retired[0].cycle.value + 1);
  CHECK(bench.hart().x(6) == bench.hart().x(5));
  CHECK(bench.hart().x(7) == bench.hart().x(5) + bench.cost(6) - 1);
}

TEST_CASE("a write of mcountinhibit that stops nothing changes no count") {
  ProgramBench bench;
  bench.program({nop, code_of(Op::csrrwi, 0, 0, 0, 0x320), code_of(Op::csrrs, 5, 0, 0, 0xb00),
                 code_of(Op::csrrs, 6, 0, 0, 0xb02)});
  bench.run(4);
  CHECK(bench.hart().x(5) == bench.retired[2].cycle.value);
  CHECK(bench.hart().x(6) == 3);
}
