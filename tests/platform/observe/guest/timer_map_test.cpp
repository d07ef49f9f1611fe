#include "platform/observe/guest/timer_map.hpp"

#include <catch2/catch.hpp>

using namespace cyclevisor;

TEST_CASE("a place in the timer is found when all bytes lie in one register") {
  const auto high = timer_location(0x200'4004, 4);
  REQUIRE(high);
  CHECK(high->reg == GuestTimerRegister::mtimecmp);
  CHECK(high->offset == 4);
  CHECK(timer_location(0x200'bff8, 8));
  CHECK_FALSE(timer_location(0x200'4004, 8));
  CHECK_FALSE(timer_location(0x200'0000, 8));
  CHECK_FALSE(timer_location(0x200'4008, 8));
}

TEST_CASE("an access that ends where the timer begins is none of its registers") {
  CHECK_FALSE(timer_location(0x1ff'fff8, 8));
  CHECK_FALSE(timer_location(0x1ff'ffff, 1));
  CHECK_FALSE(timer_location(0x1ff'fffc, 8));
}
