#include "platform/observe/trap_statistics.hpp"

#include <catch2/catch.hpp>

#include "tests/platform/observe/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

TEST_CASE("every cycle of a run has one owner") {
  Hypervised run;
  run.select(1, 90);
  run.resume(100, code);         // boot: 100
  run.trap(150, 8, code, 0x73);  // VM 1: 50
  run.resume(170, code + 4);     // hypervisor for VM 1: 20
  run.trap(200, 2, code, wfi);   // VM 1: 30
  run.select(2, 230);            //
  run.resume(240, code);         // hypervisor for VM 1: 40
  run.trap(300, 2, code, wfi);   // VM 2: 60
  run.stream.publish(Idle{Cycle(310), Cycle(400)});
  run.select(1, 420);                    //
  run.resume(450, code);                 // hypervisor for VM 2: 150 - 90 idle
  run.trap(470, timer_interrupt, code);  // VM 1: 20
  run.seen.finish(Cycle(500));           // hypervisor for VM 1: 30
  const TrapStatistics& s = run.seen.statistics;
  CHECK(s.boot_cycles() == 100);
  CHECK(s.idle_cycles() == 90);
  CHECK(s.find(1)->guest_cycles == 100);
  CHECK(s.find(1)->hypervisor_cycles == 90);
  CHECK(s.find(2)->guest_cycles == 60);
  CHECK(s.find(2)->hypervisor_cycles == 60);
  CHECK(s.boot_cycles() + s.idle_cycles() + 100 + 90 + 60 + 60 == 500);
  CHECK(s.find(1)->world_switches == 1);
  CHECK(s.find(2)->world_switches == 1);
  CHECK(s.world_switches() == 2);
  CHECK(s.find(1)->traps ==
        std::map<std::uint64_t, std::uint64_t>{{8, 1}, {2, 1}, {timer_interrupt, 1}});
  CHECK(s.find(1)->trap_count() == 3);
  CHECK(s.find(2)->trap_count() == 1);
}

TEST_CASE("a native guest has all cycles and its own traps") {
  Native run;
  run.start();
  run.interrupt(200);
  run.stream.publish(Idle{Cycle(300), Cycle(350)});
  run.seen.finish(Cycle(400));
  const TrapStatistics& s = run.seen.statistics;
  CHECK(s.find(1)->guest_cycles == 350);
  CHECK(s.find(1)->hypervisor_cycles == 0);
  CHECK(s.idle_cycles() == 50);
  CHECK(s.find(1)->traps.at(timer_interrupt) == 1);
}

TEST_CASE("causes have the names of the privileged specification") {
  CHECK(cause_name(2) == "illegal instruction");
  CHECK(cause_name(15) == "store/AMO page fault");
  CHECK(cause_name(timer_interrupt) == "machine timer interrupt");
  CHECK(cause_name(14) == "exception 14");
  CHECK(cause_name(Trap::interrupt_bit | 40) == "interrupt 40");
}
