#include "platform/observe/latency/cycle_account.hpp"

#include <catch2/catch.hpp>
#include <numeric>

#include "tests/platform/observe/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

namespace {

/// Code of a hypervisor: 0x8000'0000 is its entry, 0x10 on it schedules, from 0x20 on it leaves.
ObservedPlatform with_stages() {
  ObservedPlatform platform = two_vms();
  platform.stages = {{0x8000'0000, HypervisorStage::entry},
                     {0x8000'0010, HypervisorStage::schedule},
                     {0x8000'0020, HypervisorStage::exit},
                     {0x8000'0030, HypervisorStage::other}};
  return platform;
}

void hypervisor_retires(Hypervised& run, std::uint64_t cycle, std::uint64_t pc) {
  Retire event;
  event.cycle = Cycle(cycle);
  event.pc = VirtualAddress(pc);
  event.mode = PrivilegeMode::machine;
  run.stream.publish(event);
}

std::uint64_t sum(const CycleAccount& account) {
  std::uint64_t all = account.boot() + account.idle();
  for (const CycleAccount::Vm& vm : account.vms()) {
    all += vm.guest + vm.hypervisor_cycles() + vm.world_switch;
  }
  return all;
}

}  // namespace

TEST_CASE("every cycle of a run has one owner") {
  Hypervised run;
  run.select(1, 90);
  run.resume(100, code);         // boot: 100
  run.trap(150, 8, code, 0x73);  // VM 1: 50
  run.resume(170, code + 4);     // the hypervisor for VM 1's ecall: 20
  run.trap(200, 2, code, wfi);   // VM 1: 30
  run.select(2, 230);            //
  run.resume(240, code);         // switch to VM 2: 40
  run.trap(300, 2, code, wfi);   // VM 2: 60
  run.stream.publish(Idle{Cycle(310), Cycle(400)});
  run.select(1, 420);                    //
  run.resume(450, code);                 // switch to VM 1: 150 - 90 idle
  run.trap(470, timer_interrupt, code);  // VM 1: 20
  run.seen.finish(Cycle(500));           // the hypervisor for VM 1's interrupt: 30
  const CycleAccount& a = run.seen.account;
  CHECK(a.boot() == 100);
  CHECK(a.idle() == 90);
  CHECK(a.find(1)->guest == 100);
  CHECK(a.find(1)->hypervisor ==
        std::map<std::uint64_t, std::uint64_t>{{8, 20}, {timer_interrupt, 30}});
  CHECK(a.find(1)->world_switch == 60);
  CHECK(a.find(2)->guest == 60);
  CHECK(a.find(2)->hypervisor.empty());
  CHECK(a.find(2)->world_switch == 40);
  CHECK(a.total() == 500);
  CHECK(sum(a) == 500);
}

TEST_CASE("a native guest has all cycles but those it sleeps") {
  Native run;
  run.start();
  run.interrupt(200);
  run.stream.publish(Idle{Cycle(300), Cycle(350)});
  run.seen.finish(Cycle(400));
  const CycleAccount& a = run.seen.account;
  CHECK(a.find(1)->guest == 350);
  CHECK(a.find(1)->hypervisor_cycles() == 0);
  CHECK(a.idle() == 50);
  CHECK(sum(a) == 400);
}

TEST_CASE("the hypervisor's cycles belong to the stage of the instruction that they lead to") {
  Hypervised run(with_stages());
  run.select(1, 90);
  run.resume(100, code);
  run.trap(150, 8, code, 0x73);
  hypervisor_retires(run, 158, 0x8000'0000);  // entry: 8
  hypervisor_retires(run, 159, 0x8000'000e);  // entry: 1
  hypervisor_retires(run, 162, 0x8000'0010);  // schedule: 3
  hypervisor_retires(run, 163, 0x8000'0040);  // nobody's: 1
  hypervisor_retires(run, 170, 0x8000'0020);  // exit: 7
  run.resume(170, code + 4);
  run.seen.finish(Cycle(200));
  const auto& stages = run.seen.account.stages();
  const auto of = [&](HypervisorStage stage) { return stages[static_cast<std::size_t>(stage)]; };
  CHECK(of(HypervisorStage::entry) == 9);
  CHECK(of(HypervisorStage::schedule) == 3);
  CHECK(of(HypervisorStage::exit) == 7);
  CHECK(of(HypervisorStage::other) == 1);
  CHECK(std::accumulate(stages.begin(), stages.end(), std::uint64_t{0}) ==
        run.seen.account.find(1)->hypervisor_cycles());
}

TEST_CASE("a visit to a hypervisor stage counts like its single instructions") {
  Hypervised run(with_stages());
  run.select(1, 90);
  run.resume(100, code);
  run.trap(150, 8, code, 0x73);
  const auto visit = [&run](std::uint64_t pc, std::uint64_t until) {
    run.stream.visit(VirtualAddress(pc), Cycle(until));
  };
  visit(0x8000'0000, 158);  // entry: 8
  visit(0x8000'000e, 162);  // entry: 4
  visit(0x8000'0010, 165);  // schedule: 3
  visit(0x8000'0020, 169);  // exit: 4
  visit(0x8000'001e, 170);  // schedule: 1
  visit(0x8000'0040, 173);  // nobody's: 3
  run.stream.flush();
  run.seen.account.mark(1, Cycle(171));  // which is now
  const auto of = [](const auto& stages, HypervisorStage stage) {
    return stages[static_cast<std::size_t>(stage)];
  };
  CHECK(of(run.seen.account.marked(1).stages, HypervisorStage::other) == 100 + 3);
  run.resume(173, code + 4);
  run.seen.finish(Cycle(200));
  const auto& stages = run.seen.account.stages();
  CHECK(of(stages, HypervisorStage::entry) == 12);
  CHECK(of(stages, HypervisorStage::schedule) == 4);
  CHECK(of(stages, HypervisorStage::exit) == 4);
  CHECK(of(stages, HypervisorStage::other) == 3);
}

TEST_CASE("every instruction is in one stage's region, which is as long as the stage") {
  const StageMap map({{0x1000, HypervisorStage::entry},
                      {0x1010, HypervisorStage::exit},
                      {0x1020, HypervisorStage::exit},
                      {0x1030, HypervisorStage::other},
                      {0x1040, HypervisorStage::entry}});
  const auto check = [&map](std::uint64_t first, std::uint64_t last, HypervisorStage stage) {
    for (const std::uint64_t pc : {first, last}) {
      const CodeRegion& region = map.around(VirtualAddress(pc));
      CHECK(region.number == static_cast<CodeRegion::Number>(stage));
      CHECK(region.holds(VirtualAddress(first)));
      CHECK(region.holds(VirtualAddress(last)));
      CHECK_FALSE(region.holds(VirtualAddress(first - 2)));
      CHECK_FALSE(region.holds(VirtualAddress(last + 2)));
    }
  };
  check(0x1000, 0x100e, HypervisorStage::entry);
  check(0x1010, 0x102e, HypervisorStage::exit);
  check(0x1030, 0x103e, HypervisorStage::other);
  check(0x1040, 0x0ffe, HypervisorStage::other);  // once around
  CHECK(map.around(VirtualAddress(0x1040)).holds(VirtualAddress(0)));
  CHECK(StageMap({}).around(VirtualAddress(0)).holds(VirtualAddress(~std::uint64_t{1})));
}

TEST_CASE("a marked moment is exact within a stage and across a switch") {
  Hypervised run(with_stages());
  run.select(1, 90);
  run.resume(100, code);
  CycleAccount& account = run.seen.account;
  account.mark(1, Cycle(155));
  account.mark(2, Cycle(130));
  run.trap(150, 8, code, 0x73);
  hypervisor_retires(run, 158, 0x8000'0000);
  const CycleAccount::Moment first = account.marked(1);
  CHECK(first.stages[static_cast<std::size_t>(HypervisorStage::entry)] == 5);
  CHECK(first.guest == 50);
  CHECK(first.other_guests == 0);
  CHECK(account.marked(2).guest == 0);
  CHECK(account.marked(2).other_guests == 30);
  // Past: the trap that is being worked on, or else now.
  account.mark(1, Cycle(150));
  CHECK(account.marked(1).stages[static_cast<std::size_t>(HypervisorStage::entry)] == 0);
  account.mark(1, Cycle(20));
  CHECK(account.marked(1).stages[static_cast<std::size_t>(HypervisorStage::entry)] == 8);
}
