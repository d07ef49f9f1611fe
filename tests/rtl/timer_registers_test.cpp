// mtime, mtimecmp and the interrupt lines of rtl/timer.sv against the privileged specification
// ("Machine Timer Registers") and the timer rules the project checks.
#include <catch2/catch.hpp>

#include "tests/rtl/apb_driver.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {
constexpr std::uint64_t all_ones = ~std::uint64_t{0};
}

TEST_CASE("reset leaves no interrupt pending and time at zero") {
  TimerRtl timer(1);
  CHECK(timer.now() == Cycle(0));
  CHECK(timer.mtime() == 0);
  CHECK(timer.mtimecmp() == all_ones);
  for (int cycle = 0; cycle < 1000; ++cycle) {
    REQUIRE_FALSE(timer.mtip());
    REQUIRE_FALSE(timer.msip());
    timer.step();
  }
}

TEST_CASE("mtime is the cycle divided by the prescale") {
  const unsigned prescale = GENERATE(1u, 2u, 3u, 7u, 10u, 255u, 256u, 65535u);
  TimerRtl timer(prescale);
  for (std::uint64_t cycle = 0; cycle < 140000; ++cycle) {
    if (timer.mtime() != cycle / prescale) FAIL("cycle " << cycle << ": " << timer.mtime());
    timer.step();
  }
}

TEST_CASE("a prescale outside its range is refused") {
  CHECK_THROWS_AS(TimerRtl(0), std::invalid_argument);
  CHECK_THROWS_AS(TimerRtl(65536), std::invalid_argument);
}

TEST_CASE("the line rises in the cycle in which mtime reaches mtimecmp") {
  const unsigned prescale = GENERATE(1u, 10u, 13u);
  TimerRtl timer(prescale);
  write64(timer, mtimecmp, 50);
  for (; timer.now() < Cycle(60 * prescale); timer.step())
    REQUIRE(timer.mtip() == (timer.now() >= Cycle(50 * prescale)));
}

TEST_CASE("a deadline already past is pending at once") {
  TimerRtl timer(1);
  step(timer, 100);
  write(timer, mtimecmp + 4, 0);
  CHECK_FALSE(timer.mtip());  // low half still all ones
  write(timer, mtimecmp, 5);
  CHECK(timer.mtip());
}

TEST_CASE("the line is a level and falls with the write of mtimecmp") {
  TimerRtl timer(1);
  write64(timer, mtimecmp, 0);
  step(timer, 10);
  CHECK(timer.mtip());
  read64(timer, mtime);
  read64(timer, mtimecmp);
  write64(timer, mtimecmp, 1);  // still past
  CHECK(timer.mtip());
  ApbRequest request;
  request.psel = request.pwrite = true;
  request.paddr = mtimecmp + 4;
  request.pwdata = 1;
  request.pstrb = all_bytes;
  timer.drive(request);
  timer.step();
  request.penable = true;
  timer.drive(request);
  CHECK(timer.mtip());
  timer.step();
  CHECK_FALSE(timer.mtip());
}

TEST_CASE("writing mtime moves the line too") {
  TimerRtl timer(10);
  write64(timer, mtimecmp, 1000);
  CHECK_FALSE(timer.mtip());
  write64(timer, mtime, 1000);
  CHECK(timer.mtip());
  write64(timer, mtime, 999);
  CHECK_FALSE(timer.mtip());
}

TEST_CASE("the comparison is unsigned over all 64 bits") {
  TimerRtl timer(10);
  write64(timer, mtime, 0x8000000000000000);
  CHECK_FALSE(timer.mtip());
  write64(timer, mtimecmp, 0x7fffffffffffffff);
  CHECK(timer.mtip());
  write64(timer, mtimecmp, 0x8000000100000000);
  CHECK_FALSE(timer.mtip());
  write64(timer, mtime, 0x80000001ffffffff);
  CHECK(timer.mtip());
  write64(timer, mtime, 0x00000001ffffffff);
  CHECK_FALSE(timer.mtip());
}

TEST_CASE("all ones is the latest deadline and is reached") {
  TimerRtl timer(1);
  write64(timer, mtime, all_ones - 3);
  REQUIRE(timer.mtime() == all_ones - 3);
  for (std::uint64_t left = 3; left > 0; --left) {
    CHECK_FALSE(timer.mtip());
    timer.step();
  }
  CHECK(timer.mtip());
  timer.step();
  CHECK(timer.mtime() == 0);
  CHECK_FALSE(timer.mtip());
}

TEST_CASE("a write to half of mtimecmp changes that half at once") {
  TimerRtl timer(1);
  write(timer, mtimecmp, 0x11111111);
  CHECK(timer.mtimecmp() == 0xffffffff11111111);
  write(timer, mtimecmp + 4, 0x22222222);
  CHECK(timer.mtimecmp() == 0x2222222211111111);
}

TEST_CASE("the specification's order for halves raises no spurious interrupt") {
  TimerRtl timer(1);
  write64(timer, mtime, 0x1fffffff0);
  write64(timer, mtimecmp, 0x200000100);
  // New deadline 0x3_0000_0000; privileged specification: low = all ones, high, low.
  write(timer, mtimecmp, 0xffffffff);
  CHECK_FALSE(timer.mtip());
  write(timer, mtimecmp + 4, 3);
  CHECK_FALSE(timer.mtip());
  write(timer, mtimecmp, 0);
  CHECK_FALSE(timer.mtip());
  CHECK(timer.mtimecmp() == 0x300000000);
}

TEST_CASE("a write to mtime does not disturb the prescaler") {
  TimerRtl timer(10);
  write64(timer, mtime, 500);  // takes effect with the edge of cycle 4
  for (; timer.now() < Cycle(100); timer.step())
    REQUIRE(timer.mtime() == 500 + timer.now().value / 10);
}

TEST_CASE("a write at the same edge as a count replaces it") {
  TimerRtl timer(10);
  step(timer, 8);
  write(timer, mtime, 70);  // the edge of cycle 10 counts and writes
  CHECK(timer.now() == Cycle(10));
  CHECK(timer.mtime() == 70);
  step(timer, 9);
  CHECK(timer.mtime() == 70);
  timer.step();
  CHECK(timer.mtime() == 71);
}

TEST_CASE("a write to one half at the edge of a carry keeps the carry in the other half") {
  TimerRtl timer(10);
  write64(timer, mtime, 0x1ffffffff);
  step(timer, 8 - 4);
  REQUIRE(timer.now() == Cycle(8));
  write(timer, mtime, 5);  // cycle 10: the low half wraps and is written
  CHECK(timer.mtime() == 0x200000005);
}

TEST_CASE("msip follows its register") {
  TimerRtl timer(1);
  write(timer, msip, 1);
  CHECK(timer.msip());
  CHECK_FALSE(timer.mtip());
  write(timer, msip, 0);
  CHECK_FALSE(timer.msip());
}
