#include "platform/observe/guest/machine_clock.hpp"

#include <catch2/catch.hpp>

#include "models/base/virt_map.hpp"
#include "platform/observe/guest/timer_map.hpp"

using namespace cyclevisor;

TEST_CASE("mtime counts one tick each prescale cycles") {
  const MachineClock clock(10);
  CHECK(clock.mtime(Cycle(0)) == 0);
  CHECK(clock.mtime(Cycle(9)) == 0);
  CHECK(clock.mtime(Cycle(10)) == 1);
}

TEST_CASE("a written mtime goes on from there, at the same cycles") {
  MachineClock clock(10);
  clock.write(Cycle(25), 1000);
  CHECK(clock.mtime(Cycle(29)) == 1000);
  CHECK(clock.mtime(Cycle(30)) == 1001);
}

TEST_CASE("a target is reached in the first cycle of its tick") {
  const MachineClock clock(10);
  CHECK(clock.reached(100, 0, Cycle(3)) == Cycle(1000));
  CHECK(clock.reached(100, 0, Cycle(999)) == Cycle(1000));
  CHECK(clock.reached(100, 40, Cycle(3)) == Cycle(600));
}

TEST_CASE("a target that has been reached is reached now") {
  const MachineClock clock(10);
  CHECK(clock.reached(100, 0, Cycle(1000)) == Cycle(1000));
  CHECK(clock.reached(100, 0, Cycle(1005)) == Cycle(1005));
  CHECK(clock.reached(0, 0, Cycle(1234)) == Cycle(1234));
}

TEST_CASE("targets compare as unsigned 64 bit numbers and may lie out of reach") {
  const MachineClock clock(10);
  CHECK(clock.reached(~std::uint64_t{0}, 0, Cycle(5)) == Cycle::never());
  CHECK(clock.reached(std::uint64_t{1} << 63, 0, Cycle(5)) == Cycle::never());
  // An offset that makes mtime large: 2^64 - 10 is 10 ticks below the top.
  CHECK(clock.reached(~std::uint64_t{0} - 4, ~std::uint64_t{0} - 9, Cycle(0)) == Cycle(50));
  CHECK(clock.reached(5, ~std::uint64_t{0} - 9, Cycle(3)) == Cycle(3));
}

TEST_CASE("places in the timer's page") {
  const auto at = [](std::uint64_t offset, unsigned bytes) {
    return timer_location(virt::timer_base + offset, bytes);
  };
  CHECK(at(0, 4)->reg == GuestTimerRegister::msip);
  CHECK_FALSE(at(0, 8));
  CHECK(at(0x4000, 8)->reg == GuestTimerRegister::mtimecmp);
  CHECK(at(0x4004, 4)->offset == 4);
  CHECK_FALSE(at(0x4004, 8));
  CHECK_FALSE(at(0x4008, 4));
  CHECK(at(0xbff8, 8)->reg == GuestTimerRegister::mtime);
  CHECK_FALSE(at(0xbff4, 8));
  CHECK_FALSE(timer_location(0, 8));
  CHECK(replace_bytes(0x1111'2222'3333'4444, 4, 4, 0xabcd'ef01) == 0xabcd'ef01'3333'4444);
  CHECK(replace_bytes(0x1111'2222'3333'4444, 0, 8, 7) == 7);
  CHECK(extract_bytes(0x1111'2222'3333'4444, 4, 2) == 0x2222);
}
