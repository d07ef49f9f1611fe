// The virtual timer's level, and what the multiplexer makes of all VMs' timers.
#include <catch2/catch.hpp>
#include <random>

#include "hypervisor/core/timer_multiplexer.hpp"
#include "tests/hypervisor/fake_hart.hpp"

using namespace cyclevisor::hypervisor;

namespace {

constexpr std::uint64_t mti = interrupt::bit(interrupt::machine_timer);

struct Machine {
  Vm vms[3];
  Machine() {
    for (Vm& vm : vms) {
      vm.vcpu.mie = mti;
      vm.budget = 1000;
      vm.state = Vm::State::waiting;
    }
    vms[0].state = Vm::State::ready;
  }
  Ticks undisturbed_until = 0;
  Ticks next(Ticks now, Ticks slice_end = 5000) {
    return timer_multiplexer_next(vms, 3, &vms[0], slice_end, undisturbed_until, now);
  }
};

}  // namespace

TEST_CASE("reset leaves no timer interrupt pending") {
  VirtualTimer timer;
  CHECK_FALSE(timer.pending(0));
  CHECK_FALSE(timer.pending(never - 1));
  CHECK(timer.next_change(0) == never);
}

TEST_CASE("MTIP is mtime >= mtimecmp, unsigned") {
  VirtualTimer timer;
  timer.set_compare(100);
  CHECK_FALSE(timer.pending(99));
  CHECK(timer.pending(100));
  CHECK(timer.pending(std::uint64_t{1} << 63));
  timer.set_compare(std::uint64_t{1} << 63);
  CHECK_FALSE(timer.pending(100));
  timer.set_compare(0);
  CHECK(timer.pending(0));
}

TEST_CASE("a written mtime moves the compare with it") {
  VirtualTimer timer;
  timer.set_compare(1000);
  timer.set_time(990, 50);
  CHECK(timer.time(50) == 990);
  CHECK_FALSE(timer.pending(59));
  CHECK(timer.pending(60));
  CHECK(timer.next_change(50) == 60);
}

TEST_CASE("the next change is exact, also around 2^64") {
  std::mt19937_64 random(7);
  const std::uint64_t edges[] = {0, 1, 2, 100, never / 2, never - 100, never - 1, never};
  for (int i = 0; i < 200'000; ++i) {
    const auto pick = [&] { return edges[random() % 8] + random() % 3; };
    VirtualTimer timer;
    const Ticks now = edges[random() % 7];
    timer.set_time(pick(), now);
    timer.set_compare(pick());
    const Ticks change = timer.next_change(now);
    const bool level = timer.pending(now);
    if (change == never) {
      // Nothing changes in the time that is left.
      REQUIRE(timer.pending(never - 1) == level);
    } else {
      REQUIRE(change > now);
      REQUIRE(timer.pending(change) != level);
      REQUIRE(timer.pending(change - 1) == level);
    }
  }
}

TEST_CASE("the comparator gets the earliest deadline that matters") {
  Machine machine;
  CHECK(machine.next(0) == never);
  machine.vms[0].timer.set_compare(300);
  machine.vms[1].timer.set_compare(200);
  machine.vms[2].timer.set_compare(400);
  CHECK(machine.next(0) == 200);
  SECTION("a disabled timer interrupt needs no comparator") {
    machine.vms[1].vcpu.mie = 0;
    CHECK(machine.next(0) == 300);
  }
  SECTION("an ended VM has no deadline") {
    machine.vms[1].state = Vm::State::ended;
    CHECK(machine.next(0) == 300);
  }
  SECTION("an expired deadline is not armed") {
    CHECK(machine.next(250) == 300);
    machine.vms[0].timer.set_compare(100);
    CHECK(machine.next(250) == 400);
  }
  SECTION("a ready VM does not need its timer, but the end of the slice") {
    machine.vms[1].state = Vm::State::ready;
    CHECK(machine.next(0) == 300);
    CHECK(machine.next(0, 250) == 250);
  }
  SECTION("a waiting VM without budget needs the end of the slice") {
    machine.vms[1].budget = 0;
    CHECK(machine.next(0, 250) == 250);
    CHECK(machine.next(0, 5000) == 300);
  }
  SECTION("the end of the slice does not matter while nobody else could run") {
    CHECK(machine.next(0, 100) == 200);
  }
  SECTION("while the running VM is undisturbed, others' deadlines wait, not its own") {
    machine.undisturbed_until = 350;
    CHECK(machine.next(0) == 300);
    machine.vms[0].timer.set_compare(500);
    CHECK(machine.next(0) == 350);
    // One that has passed meanwhile is not forgotten when the comparator is programmed anew.
    CHECK(machine.next(250) == 350);
    CHECK(machine.next(349) == 350);
    CHECK(machine.next(350) == 400);
  }
  SECTION("the end of the slice does not wait for that") {
    machine.undisturbed_until = 350;
    machine.vms[1].state = Vm::State::ready;
    CHECK(machine.next(0, 250) == 250);
  }
  SECTION("idle: all waiting VMs") {
    machine.vms[0].state = Vm::State::waiting;
    CHECK(timer_multiplexer_next(machine.vms, 3, nullptr, 50, 0, 0) == 200);
  }
}

TEST_CASE("what is armed never lies in the past, whatever guests write") {
  std::mt19937_64 random(3);
  for (int i = 0; i < 100'000; ++i) {
    Machine machine;
    const Ticks now = random() >> (random() % 64);
    if (now == never) continue;
    for (Vm& vm : machine.vms) {
      vm.timer.set_time(random() >> (random() % 64), now);
      vm.timer.set_compare(random() >> (random() % 64));
    }
    REQUIRE(machine.next(now, now + 1) > now);
  }
}
