#include "platform/report/table.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "tests/platform/observe/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

TEST_CASE("the table's columns stand below one another, however long a name is") {
  ObservedPlatform platform = two_vms();
  platform.vms[0].name = std::string(40, 'n');
  Observation seen(platform);
  seen.finish(Cycle(1800), RunEnd::stopped);
  std::ostringstream text;
  write_table(text, seen);
  std::istringstream lines(text.str());
  std::string heading;
  std::string first;
  std::getline(lines, heading);
  std::getline(lines, heading);
  std::getline(lines, first);
  CHECK(first.rfind("  " + std::string(40, 'n') + ' ', 0) == 0);
  CHECK(first.size() == heading.size());
}

TEST_CASE("the table shows ticks, latency, phases, traps and cycles of each guest") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.line(1001, true);
  run.trap(1004, timer_interrupt, code + 8);
  run.resume(1304, vector);
  run.retire(1306, vector);
  run.store_device(1310, 1500, mtimecmp, 300, 3, vector + 4);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  run.seen.finish(Cycle(1800));
  std::ostringstream text;
  write_table(text, run.seen);
  CHECK(text.str() ==
        R"(Timer interrupts: latency in cycles, deadline to the handler's first instruction
  guest           ticks       min    median       p99       max
  rtos                1       306       306       306       306
  tickless            0         -         -         -         -

Phases: median cycles
  guest            line     trap  deliver  handler    rearm   return    total
  rtos                1        3      300        2      194      200      700
  tickless            -        -        -        -        -        -        -

Deliver: mean cycles
  stage                rtos     tickless
  other                 300            -

Traps by cause, and the hypervisor's cycles back to the same guest
  rtos                7          839 in all
                      4          249 illegal instruction
                      2          290 store/AMO page fault
                      1          300 machine timer interrupt
  tickless            0            0 in all

Cycles
  guest               guest   hypervisor world switches     in
  rtos                  951          839              0      0
  tickless                0            0              0      0
  boot                   10
  idle                    0
  total                1800
)");
}

TEST_CASE("a native table has no hypervisor in it") {
  Native run;
  run.start();
  std::ostringstream text;
  write_table(text, run.seen);
  CHECK(text.str().find("rtos") != std::string::npos);
  CHECK(text.str().find("hypervisor") == std::string::npos);
}
