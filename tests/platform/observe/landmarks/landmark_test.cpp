// When a landmark counts as reached, and what becomes of intervals.
#include <catch2/catch.hpp>

#include "platform/observe/landmarks/interval_ledger.hpp"
#include "tests/platform/observe/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

namespace {

constexpr std::uint64_t place = code + 0x40;

ObservedPlatform with_landmarks() {
  ObservedPlatform platform = two_vms();
  platform.landmarks = {{"first", 1, VirtualAddress(place), {}},
                        {"second", 1, VirtualAddress(place + 8), {}},
                        {"other", 2, VirtualAddress(place), {}}};
  platform.intervals = {{"between", 0, 1, 500}, {"period", 0, 0, {}}, {"across", 0, 2, {}}};
  return platform;
}

std::vector<std::uint64_t> cycles(const Hypervised& run, std::size_t interval) {
  std::vector<std::uint64_t> found;
  for (const IntervalSample& sample : run.seen.intervals.samples(interval)) {
    found.push_back(sample.cycles());
  }
  return found;
}

using Cycles = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a landmark is reached when its instruction retires, in its VM") {
  Hypervised run(with_landmarks());
  run.start();
  run.retire(100, place);
  run.retire(101, place + 4);
  run.retire(110, place + 8);
  CHECK(run.seen.landmarks.hits() == Cycles{1, 1, 0});
  run.trap(120, timer_interrupt, place + 8);
  run.select(2, 130);
  run.resume(140, place);
  run.retire(150, place);
  CHECK(run.seen.landmarks.hits() == Cycles{1, 1, 1});
  CHECK(cycles(run, 0) == Cycles{10});
  CHECK(cycles(run, 2) == Cycles{50});
}

TEST_CASE("an instruction that is emulated reaches its landmark once; an interrupted one later") {
  Hypervised run(with_landmarks());
  run.start();
  run.emulate(100, 200, place, csrrs(6, mie, 0));
  CHECK(run.seen.landmarks.hits()[0] == 1);
  run.retire(210, place + 4);
  // The hypervisor lets the hart fetch it again: the same time.
  run.trap(300, 13, place, load(3, 12, 10), mtimecmp);
  run.resume(350, place);
  run.trap(360, 13, place, load(3, 12, 10), mtimecmp);
  run.resume(400, place + 4);
  CHECK(run.seen.landmarks.hits()[0] == 2);
  run.retire(410, place + 4);
  run.trap(500, timer_interrupt, place);
  run.resume(600, place);
  CHECK(run.seen.landmarks.hits()[0] == 2);
  run.retire(610, place);
  CHECK(run.seen.landmarks.hits()[0] == 3);
  CHECK(cycles(run, 1) == Cycles{200, 310});
}

TEST_CASE("a condition is on the registers before the instruction") {
  ObservedPlatform platform = with_landmarks();
  platform.landmarks[0].when = RegisterCondition{10, RegisterCondition::Is::equal, 7};
  Hypervised run(platform);
  run.start();
  const auto retire = [&run](std::uint64_t cycle, std::uint64_t pc, std::uint64_t a0) {
    Retire event = run.retired(cycle, pc);
    event.rd = 10;
    event.rd_value = a0;
    run.stream.publish(event);
  };
  retire(100, place, 7);
  CHECK(run.seen.landmarks.hits()[0] == 0);
  retire(110, place, 8);
  CHECK(run.seen.landmarks.hits()[0] == 1);
  retire(120, place, 7);
  CHECK(run.seen.landmarks.hits()[0] == 1);
}

TEST_CASE("interval-bound: an interval begins at the last hit of its first landmark") {
  const auto takes = [](std::uint64_t until) {
    Hypervised run(with_landmarks());
    run.start();
    run.retire(100, place);
    run.retire(1000, place);
    run.retire(until, place + 8);
    run.retire(until + 1000, place + 8);  // nothing has begun
    std::vector<std::string> rules;
    for (const Violation& violation : run.seen.oracle.violations()) {
      rules.push_back(violation.rule + ": " + violation.text);
    }
    CHECK(cycles(run, 0) == Cycles{until - 1000});
    return rules;
  };
  CHECK(takes(1500).empty());
  CHECK(takes(1501) == std::vector<std::string>{
                           "interval-bound: interval 'between' took 501 cycles, from cycle 1000: "
                           "the bound is 500"});
}
