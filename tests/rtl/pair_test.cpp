// 64-bit accesses as pairs of transfers marked by PAUSER: on RV64 mtime and mtimecmp are atomic
// 64-bit registers (privileged specification, "Machine Timer Registers").
#include <catch2/catch.hpp>

#include "tests/rtl/apb_driver.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {
constexpr std::uint64_t all_ones = ~std::uint64_t{0};
}

TEST_CASE("the low half of a written pair waits for the high half") {
  TimerRtl timer(1);
  write64(timer, mtime, 0x500000000);
  write64(timer, mtimecmp, 0x500000fff);
  write(timer, mtimecmp, 0, Half::pair);
  CHECK(timer.mtimecmp() == 0x500000fff);  // 0x5_0000_0000 would be past
  CHECK_FALSE(timer.mtip());
  write(timer, mtimecmp + 4, 6, Half::pair);
  CHECK(timer.mtimecmp() == 0x600000000);
  CHECK_FALSE(timer.mtip());
}

TEST_CASE("both halves of mtime are written by one edge") {
  TimerRtl timer(1);
  write(timer, mtime, 0xffffffff, Half::pair);
  CHECK(timer.mtime() == 2);
  write(timer, mtime + 4, 0x7, Half::pair);
  CHECK(timer.mtime() == 0x7ffffffff);
}

TEST_CASE("a pair keeps the strobes of both its halves") {
  TimerRtl timer(1000);
  write(timer, mtimecmp, 0x11223344, Half::pair, 0x5);
  write(timer, mtimecmp + 4, 0x55667788, Half::pair, 0xa);
  CHECK(timer.mtimecmp() == 0x55ff77ffff22ff44);
}

TEST_CASE("a read pair is one sample, also across a carry") {
  // Every distance of the carry from the pair: without the sample one of the reads would be torn.
  for (std::uint64_t distance = 0; distance < 12; ++distance) {
    TimerRtl timer(1);
    write64(timer, mtime, 0x2ffffffff - distance);
    const std::uint64_t start = timer.mtime();
    CHECK(read64(timer, mtime) == start + 1);  // sampled in the first access cycle
  }
}

TEST_CASE("single halves are read live") {
  TimerRtl timer(1);
  write64(timer, mtime, 0x2fffffffd);
  CHECK(read(timer, mtime).data == 0xfffffffe);
  CHECK(read(timer, mtime + 4).data == 3);  // torn: that is what hi/lo/hi is for
}

TEST_CASE("a transfer between the halves closes the pair") {
  TimerRtl timer(1000);
  SECTION("write pair, another register read") {
    write(timer, mtimecmp, 0x11111111, Half::pair);
    read(timer, msip);
    write(timer, mtimecmp + 4, 0x22222222, Half::pair);
    CHECK(timer.mtimecmp() == 0x22222222ffffffff);
  }
  SECTION("write pair, the same half written singly") {
    write(timer, mtimecmp, 0x11111111, Half::pair);
    write(timer, mtimecmp, 0x33333333);
    write(timer, mtimecmp + 4, 0x22222222, Half::pair);
    CHECK(timer.mtimecmp() == 0x2222222233333333);
  }
  SECTION("write pair, a faulting transfer") {
    write(timer, mtimecmp, 0x11111111, Half::pair);
    CHECK(read(timer, 0x8).error);
    write(timer, mtimecmp + 4, 0x22222222, Half::pair);
    CHECK(timer.mtimecmp() == 0x22222222ffffffff);
  }
  SECTION("the high half of the other register") {
    write(timer, mtimecmp, 0x11111111, Half::pair);
    write(timer, mtime + 4, 0x22222222, Half::pair);
    CHECK(timer.mtimecmp() == all_ones);
    CHECK(timer.mtime() == 0x2222222200000000);
  }
  SECTION("a single high half") {
    write(timer, mtimecmp, 0x11111111, Half::pair);
    write(timer, mtimecmp + 4, 0x22222222);
    CHECK(timer.mtimecmp() == 0x22222222ffffffff);
  }
  SECTION("read pair, then the high half is live") {
    write64(timer, mtimecmp, 0x1111111122222222);
    read(timer, mtimecmp, Half::pair);
    write(timer, mtimecmp + 4, 0x33333333);
    CHECK(read(timer, mtimecmp + 4, Half::pair).data == 0x33333333);
  }
  SECTION("the high half of a read pair is not that of a write pair") {
    write(timer, mtimecmp, 0x11111111, Half::pair);
    CHECK(read(timer, mtimecmp + 4, Half::pair).data == 0xffffffff);
    write(timer, mtimecmp + 4, 0x22222222, Half::pair);
    CHECK(timer.mtimecmp() == 0x22222222ffffffff);
  }
}

TEST_CASE("idle cycles do not close a pair") {
  TimerRtl timer(1000);
  write(timer, mtimecmp, 0x11111111, Half::pair);
  step(timer, 50);
  write(timer, mtimecmp + 4, 0x22222222, Half::pair);
  CHECK(timer.mtimecmp() == 0x2222222211111111);
}

TEST_CASE("a second pair is not the continuation of the first") {
  TimerRtl timer(1000);
  write64(timer, mtimecmp, 0x1111111122222222);
  write(timer, mtimecmp + 4, 0x33333333, Half::pair);
  CHECK(timer.mtimecmp() == 0x3333333322222222);
}

TEST_CASE("a 64-bit access to msip is an error without effect") {
  TimerRtl timer(1);
  CHECK(write(timer, msip, 1, Half::pair).error);
  CHECK(write(timer, msip + 4, 1, Half::pair).error);
  CHECK_FALSE(timer.msip());
  CHECK(read(timer, msip, Half::pair).error);
}
