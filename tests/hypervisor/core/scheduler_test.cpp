// Rounds, budgets and boosts.
#include "hypervisor/core/scheduler.hpp"

#include <catch2/catch.hpp>

#include "tests/hypervisor/fake_hart.hpp"

using namespace cyclevisor::hypervisor;

namespace {

constexpr Ticks slice = 1000;

struct Machine {
  Vm vms[3];
  Scheduler scheduler;
  std::uint64_t cycles_per_tick;
  explicit Machine(std::uint64_t cycles_per_tick_ = 10) : cycles_per_tick(cycles_per_tick_) {
    FakeHart::cycles = 0;
    scheduler.start(vms, 3, slice, 0);
  }
  /// Index of the VM that runs from `now` on, -1 for none.
  int select(Ticks now) {
    FakeHart::cycles = now * cycles_per_tick;
    const Vm* vm = scheduler.select(now);
    return vm == nullptr ? -1 : static_cast<int>(vm - vms);
  }
  /// VM `index` executes WFI and waits for its timer.
  void sleep(int index, Ticks deadline) {
    vms[index].state = Vm::State::waiting;
    vms[index].boosted = false;
    vms[index].vcpu.mie = interrupt::bit(interrupt::machine_timer);
    vms[index].timer.set_compare(deadline);
  }
};

}  // namespace

TEST_CASE("VMs that only compute take turns of one slice") {
  Machine machine;
  CHECK(machine.select(0) == 0);
  CHECK(machine.scheduler.slice_end() == 1000);
  CHECK(machine.select(400) == 0);
  CHECK(machine.scheduler.slice_end() == 1000);
  CHECK(machine.select(1000) == 1);
  CHECK(machine.select(2000) == 2);
  CHECK(machine.select(3000) == 0);
  CHECK(machine.select(4000) == 1);
}

TEST_CASE("a VM woken by its timer preempts one that computes") {
  Machine machine;
  machine.sleep(1, 300);
  machine.sleep(2, never);
  CHECK(machine.select(0) == 0);
  CHECK(machine.select(299) == 0);
  CHECK(machine.select(300) == 1);
  // It waits again: the other goes on with what is left of its slice.
  machine.sleep(1, 350);
  CHECK(machine.select(310) == 0);
  CHECK(machine.scheduler.slice_end() == 1010);
  CHECK(machine.select(350) == 1);
}

TEST_CASE("a VM that was cut short is undisturbed when it is entered next") {
  Machine machine;
  machine.sleep(1, 20);
  machine.sleep(2, never);
  CHECK(machine.select(0) == 0);
  CHECK(machine.scheduler.undisturbed_until() == 0);
  CHECK(machine.select(20) == 1);  // 20 ticks are the shortest run of all
  machine.sleep(1, 140);
  CHECK(machine.select(100) == 0);
  // As long as it ran, rounded up, and the shortest run.
  CHECK(machine.scheduler.undisturbed_until() == 100 + 21 + 20);
  SECTION("once: it has run then") {
    CHECK(machine.select(141) == 1);
    machine.sleep(1, never);
    CHECK(machine.select(250) == 0);
    CHECK(machine.scheduler.undisturbed_until() == 0);
  }
  SECTION("not where it went to sleep by itself") {
    machine.sleep(1, never);
    machine.sleep(0, 190);
    CHECK(machine.select(130) == -1);
    CHECK(machine.scheduler.undisturbed_until() == 0);
    CHECK(machine.select(190) == 0);
    CHECK(machine.scheduler.undisturbed_until() == 0);
  }
}

TEST_CASE("a run longer than the shortest slice was never cut short") {
  Machine machine;
  machine.sleep(2, never);
  machine.sleep(1, 202);
  CHECK(machine.select(0) == 0);
  CHECK(machine.select(202) == 1);
  machine.sleep(1, never);
  CHECK(machine.select(1000) == 0);
  CHECK(machine.scheduler.undisturbed_until() == 0);
}

TEST_CASE("what counts as cut short is measured by the shortest run so far") {
  Machine machine;
  machine.sleep(2, never);
  machine.sleep(1, 150);
  CHECK(machine.select(100) == 0);
  CHECK(machine.select(150) == 1);
  machine.sleep(1, 0);
  CHECK(machine.select(160) == 1);  // 10 ticks
  machine.sleep(1, 300);
  CHECK(machine.select(200) == 0);
  CHECK(machine.scheduler.undisturbed_until() == 200 + 51 + 10);
  CHECK(machine.select(300) == 1);
  const Ticks run = GENERATE(40, 41, 42, 50);
  machine.sleep(1, 400 + run);
  CHECK(machine.select(400) == 0);
  CHECK(machine.scheduler.undisturbed_until() == 0);
  CHECK(machine.select(400 + run) == 1);
  machine.sleep(1, never);
  CHECK(machine.select(600) == 0);
  CHECK(machine.scheduler.undisturbed_until() == (run <= 40 ? 600 + run + 1 + 10 : 0));
}

TEST_CASE("what counts as cut short is measured in cycles, however long a tick is") {
  // A run of 600 cycles, when none shorter than 500 has been seen.
  for (const std::uint64_t cycles_per_tick : {1u, 2u, 10u, 600u, 60'000u}) {
    Machine machine(cycles_per_tick);
    const Ticks run = (600 + cycles_per_tick - 1) / cycles_per_tick;
    const bool cut_short = run * cycles_per_tick <= 2000;
    machine.sleep(2, never);
    machine.sleep(1, 100 + run);
    CHECK(machine.select(100) == 0);
    CHECK(machine.select(100 + run) == 1);
    machine.sleep(1, never);
    CHECK(machine.select(300 + run) == 0);
    // As long again, and longer.
    CAPTURE(cycles_per_tick);
    CHECK((machine.scheduler.undisturbed_until() > 300 + run + run + 1) == cut_short);
  }
}

TEST_CASE("a VM that wakes all the time gets one slice a round") {
  Machine machine;
  machine.sleep(2, never);
  machine.sleep(1, 0);
  Ticks used[3] = {};
  int running = machine.select(0);
  for (Ticks now = 0; now < 100 * slice; now += 10) {
    used[running] += 10;
    if (running == 1) machine.sleep(1, 0);  // wakes at once
    running = machine.select(now + 10);
  }
  CHECK(used[0] >= 49 * slice);
  CHECK(used[1] >= 49 * slice);
}

TEST_CASE("a boosted VM is not preempted by another one woken later") {
  Machine machine;
  machine.sleep(1, 100);
  machine.sleep(2, 150);
  CHECK(machine.select(0) == 0);
  CHECK(machine.select(100) == 1);
  CHECK(machine.select(150) == 1);
  machine.sleep(1, never);
  CHECK(machine.select(200) == 2);
}

TEST_CASE("a boosted VM that goes on computing loses the hart when its slice is used") {
  Machine machine;
  machine.sleep(1, 100);
  machine.sleep(2, never);
  CHECK(machine.select(0) == 0);
  CHECK(machine.select(100) == 1);
  CHECK(machine.scheduler.slice_end() == 1100);
  CHECK(machine.select(1099) == 1);
  CHECK(machine.select(1100) == 0);
  // What the other one had left, then the next round, in turn.
  CHECK(machine.scheduler.slice_end() == 2000);
  CHECK(machine.select(2000) == 1);
}

TEST_CASE("nobody ready: idle, and the next round begins") {
  Machine machine;
  CHECK(machine.select(0) == 0);
  machine.sleep(0, 5000);
  machine.sleep(1, never);
  machine.sleep(2, never);
  CHECK(machine.select(990) == -1);
  CHECK(machine.vms[0].budget == slice);
  CHECK(machine.select(5000) == 0);
  CHECK(machine.scheduler.slice_end() == 6000);
  // Time spent idle is nobody's.
  CHECK(machine.vms[0].budget == slice);
}

TEST_CASE(
    "WFI ends by a pending enabled interrupt even if MIE is clear, and not by a disabled one") {
  Machine machine;
  machine.sleep(1, 10);
  machine.vms[1].vcpu.mie = 0;
  machine.sleep(2, 10);
  CHECK(machine.select(0) == 0);
  CHECK(machine.select(10) == 2);
  CHECK(machine.vms[1].state == Vm::State::waiting);
}

TEST_CASE("a slice without end does not overflow") {
  Vm vms[2];
  Scheduler scheduler;
  scheduler.start(vms, 2, never, 10);
  CHECK(scheduler.select(10) == &vms[0]);
  CHECK(scheduler.slice_end() == never);
}

TEST_CASE("ended VMs never run again") {
  Machine machine;
  machine.vms[0].state = Vm::State::ended;
  machine.vms[1].state = Vm::State::ended;
  CHECK_FALSE(machine.scheduler.all_ended());
  for (Ticks now = 0; now < 5 * slice; now += slice) CHECK(machine.select(now) == 2);
  machine.vms[2].state = Vm::State::ended;
  CHECK(machine.select(6 * slice) == -1);
  CHECK(machine.scheduler.all_ended());
}

TEST_CASE("no VM waits for its turn longer than everybody's slices") {
  Machine machine;
  Ticks last_run[3] = {};
  for (Ticks now = 0; now < 200 * slice; now += 7) {
    const int running = machine.select(now);
    last_run[running] = now;
    for (Ticks last : last_run) REQUIRE(now - last <= 2 * slice + 21);
  }
}
