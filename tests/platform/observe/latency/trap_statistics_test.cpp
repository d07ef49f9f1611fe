#include "platform/observe/latency/trap_statistics.hpp"

#include <catch2/catch.hpp>

#include "tests/platform/observe/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

TEST_CASE("traps are counted by VM and cause, switches by the VM that is entered") {
  Hypervised run;
  run.select(1, 90);
  run.resume(100, code);
  run.trap(150, 8, code, 0x73);
  run.resume(170, code + 4);
  run.trap(200, 2, code, wfi);
  run.select(2, 230);
  run.resume(240, code);
  run.trap(300, 2, code, wfi);
  run.select(1, 420);
  run.resume(450, code);
  run.trap(470, timer_interrupt, code);
  const TrapStatistics& s = run.seen.statistics;
  CHECK(s.find(1)->world_switches == 1);
  CHECK(s.find(2)->world_switches == 1);
  CHECK(s.world_switches() == 2);
  CHECK(s.find(1)->traps ==
        std::map<std::uint64_t, std::uint64_t>{{8, 1}, {2, 1}, {timer_interrupt, 1}});
  CHECK(s.find(1)->trap_count() == 3);
  CHECK(s.find(2)->trap_count() == 1);
}

TEST_CASE("a native guest's own traps are counted") {
  Native run;
  run.start();
  run.interrupt(200);
  CHECK(run.seen.statistics.find(1)->traps.at(timer_interrupt) == 1);
}

TEST_CASE("causes have the names of the privileged specification") {
  CHECK(cause_name(2) == "illegal instruction");
  CHECK(cause_name(15) == "store/AMO page fault");
  CHECK(cause_name(timer_interrupt) == "machine timer interrupt");
  CHECK(cause_name(14) == "exception 14");
  CHECK(cause_name(Trap::interrupt_bit | 40) == "interrupt 40");
}
