// The exact clock of the RTL: horizon, fast-forward and its equality with stepping.
#include <verilated_fst_c.h>
#include <verilated_vcd_c.h>

#include <catch2/catch.hpp>
#include <random>
#include <utility>
#include <vector>

#include "tests/rtl/apb_driver.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

bool same(const TimerRtl& a, const TimerRtl& b) {
  return a.now() == b.now() && a.mtime() == b.mtime() && a.mtimecmp() == b.mtimecmp() &&
         a.mtip() == b.mtip() && a.msip() == b.msip() && a.horizon() == b.horizon();
}

class Levels : public ClockObserver {
 public:
  void half_cycle(Cycle cycle, bool clock_level) override { seen.push_back({cycle, clock_level}); }
  std::vector<std::pair<Cycle, bool>> seen;
};

}  // namespace

TEST_CASE("depositing equals stepping on random schedules") {
  const unsigned prescale = GENERATE(1u, 2u, 10u, 13u, 65535u);
  std::mt19937_64 random(prescale);
  TimerRtl stepped(prescale);
  TimerRtl jumping(prescale);
  for (int round = 0; round < 400; ++round) {
    const std::uint64_t base = round % 50 == 49 ? all_ones - random() % 40 : stepped.mtime();
    if (round % 50 == 49) {
      write64(stepped, mtime, base);
      write64(jumping, mtime, base);
    }
    if (random() % 3 == 0) {
      const std::uint64_t deadline = base + random() % 40 - 5;
      write64(stepped, mtimecmp, deadline);
      write64(jumping, mtimecmp, deadline);
    }
    REQUIRE(same(stepped, jumping));
    const Cycle target = stepped.now() + Cycle(random() % (10 * std::min(prescale, 30u) + 2));
    while (stepped.now() < target) stepped.step();
    jumping.advance_to(target);
    REQUIRE(same(stepped, jumping));
  }
}

TEST_CASE("nothing changes before the horizon and the line changes at it") {
  const unsigned prescale = GENERATE(1u, 2u, 10u, 37u);
  std::mt19937_64 random(prescale + 100);
  TimerRtl timer(prescale);
  int reached = 0;
  for (int round = 0; round < 300; ++round) {
    if (round % 20 == 19) write64(timer, mtime, all_ones - random() % 10);
    const std::uint64_t around = random() % 4 == 0 ? 0 : timer.mtime();
    write64(timer, mtimecmp, around + random() % 30 - 3);
    step(timer, random() % 3);
    const Cycle horizon = timer.horizon();
    REQUIRE(horizon > timer.now());
    const bool before = timer.mtip();
    const Cycle limit = std::min(horizon, timer.now() + Cycle(40 * prescale));
    while (timer.now() < limit) {
      REQUIRE(timer.mtip() == before);
      REQUIRE(timer.horizon() == horizon);
      timer.step();
    }
    if (limit == horizon) {
      REQUIRE(timer.mtip() != before);
      ++reached;
    } else {
      REQUIRE(timer.mtip() == before);
    }
  }
  CHECK(reached > 100);
}

TEST_CASE("the horizon of extreme deadlines does not overflow") {
  TimerRtl timer(10);
  CHECK(timer.horizon() == Cycle::never());  // all ones is 1.8e20 cycles ahead
  write64(timer, mtimecmp, 0);
  REQUIRE(timer.mtip());
  CHECK(timer.horizon() == Cycle::never());  // mtime cannot fall below 0
  timer.advance_to(Cycle(20));
  write64(timer, mtimecmp, 1);
  REQUIRE(timer.mtip());
  CHECK(timer.horizon() == Cycle::never());  // until mtime wraps
  write64(timer, mtime, all_ones);
  const std::uint64_t now = timer.now().value;
  CHECK(timer.horizon() == Cycle(now + 10 - now % 10));
  write64(timer, mtime, 0);
  const std::uint64_t last = std::uint64_t{1844674407370955161};  // (2^64 - 1) / 10
  write64(timer, mtimecmp, last - 10);
  CHECK(timer.horizon() < Cycle::never());
  CHECK(timer.horizon() > Cycle(std::uint64_t{1} << 63));
  write64(timer, mtimecmp, last + 2);
  CHECK(timer.horizon() == Cycle::never());
}

TEST_CASE("a very long fast-forward is exact") {
  TimerRtl timer(10);
  write64(timer, mtimecmp, std::uint64_t{1} << 50);
  const Cycle edge(10 * (std::uint64_t{1} << 50));
  timer.step();
  CHECK(timer.horizon() == edge);
  timer.advance_to(edge - Cycle(1));
  CHECK_FALSE(timer.mtip());
  CHECK(timer.mtime() == (std::uint64_t{1} << 50) - 1);
  timer.advance_to(edge);
  CHECK(timer.mtip());
  CHECK(timer.now() == edge);
}

TEST_CASE("cycles with a driven bus are never skipped") {
  TimerRtl timer(1);
  timer.advance_to(Cycle(5));
  ApbRequest request;
  request.psel = request.pwrite = true;
  request.paddr = msip;
  request.pwdata = 1;
  request.pstrb = all_bytes;
  timer.drive(request);
  CHECK(timer.horizon() == Cycle(6));
  timer.step();
  request.penable = true;
  timer.drive(request);
  timer.advance_to(Cycle(20));
  CHECK(timer.msip());
}

TEST_CASE("an observer sees both levels of every cycle in order") {
  TimerRtl timer(10);
  timer.advance_to(Cycle(100));
  Levels levels;
  timer.observe(&levels);
  timer.advance_to(Cycle(150));
  timer.observe(nullptr);
  timer.advance_to(Cycle(200));
  REQUIRE(levels.seen.size() == 101);
  for (std::size_t i = 0; i < levels.seen.size(); ++i) {
    CHECK(levels.seen[i].first == Cycle(100 + i / 2));
    CHECK(levels.seen[i].second == (i % 2 == 0));
  }
}

TEST_CASE("observing does not change what happens") {
  TimerRtl observed(10);
  TimerRtl free(10);
  Levels levels;
  observed.observe(&levels);
  for (TimerRtl* timer : {&observed, &free}) {
    write64(*timer, mtimecmp, 30);
    timer->advance_to(Cycle(1234));
  }
  CHECK(same(observed, free));
}

TEST_CASE("an observer that starts later sees every level from its first cycle on") {
  for (const std::uint64_t from : std::initializer_list<std::uint64_t>{0, 1, 57, 299, 300, 301}) {
    TimerRtl observed(10);
    TimerRtl free(10);
    Levels levels;
    for (TimerRtl* timer : {&observed, &free}) write64(*timer, mtimecmp, 30);  // cycle 300
    const std::uint64_t begin = std::max(from, observed.now().value);
    observed.observe_from(levels, Cycle(from));
    for (TimerRtl* timer : {&observed, &free}) timer->advance_to(Cycle(400));
    observed.observe(nullptr);
    CHECK(same(observed, free));
    REQUIRE_FALSE(levels.seen.empty());
    CHECK(levels.seen.front().first == Cycle(begin));
    CHECK(levels.seen.front().second);
    CHECK(levels.seen.size() == 2 * (400 - begin) + 1);
  }
}

TEST_CASE("an observer that starts after the end sees nothing") {
  TimerRtl timer(10);
  Levels levels;
  timer.observe_from(levels, Cycle(500));
  timer.advance_to(Cycle(400));
  timer.observe(nullptr);
  timer.advance_to(Cycle(600));
  CHECK(levels.seen.empty());
}

TEST_CASE("a debugger's deposit is visible at the outputs from the next edge on") {
  TimerRtl timer(10);
  timer.advance_to(Cycle(50));
  timer.deposit(TimerRegister::mtimecmp, 3);
  CHECK(timer.horizon() == Cycle(51));
  timer.advance_to(Cycle(51));
  CHECK(timer.mtip());
  timer.deposit(TimerRegister::mtime, 2);
  timer.deposit(TimerRegister::msip, 1);
  timer.advance_to(Cycle(52));
  CHECK_FALSE(timer.mtip());
  CHECK(timer.mtime() == 2);
  CHECK(timer.msip());
  CHECK(timer.horizon() == Cycle(60));
}

TEST_CASE("each wave format has its own model") {
  VerilatedFstC fst;
  VerilatedVcdC vcd;
  TimerRtl with_fst(10, WaveFormat::fst);
  TimerRtl with_vcd(10, WaveFormat::vcd);
  CHECK_THROWS_AS(with_fst.trace(vcd), std::logic_error);
  CHECK_THROWS_AS(with_vcd.trace(fst), std::logic_error);
  with_fst.trace(fst);
  with_vcd.trace(vcd);
  for (TimerRtl* timer : {&with_fst, &with_vcd}) {
    write64(*timer, mtimecmp, 30);
    timer->advance_to(Cycle(777));
  }
  CHECK(same(with_fst, with_vcd));
}
