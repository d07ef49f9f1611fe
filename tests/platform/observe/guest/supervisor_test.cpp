// A guest in S-mode behind a firmware: what it asked of its timer, what it got and how.
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "platform/observe/guest/guest_state.hpp"
#include "platform/observe/guest/supervisor_registers.hpp"
#include "platform/observe/waves/wave_phases.hpp"
#include "tests/platform/observe/guest/supervisor_bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

namespace {

using Phases = std::array<std::uint64_t, phase_count>;
using Names = std::vector<std::string>;

Names rules(const Oracle& oracle) {
  Names names;
  for (const Violation& violation : oracle.violations()) names.emplace_back(violation.rule);
  return names;
}

/// Passes the events on as WaveWriter does.
class Waves : public Sink {
 public:
  explicit Waves(WavePhases& phases) : phases_(phases) {}

  void on(const Trap& event) override { pass(event); }
  void on(const TrapReturn& event) override { pass(event); }
  void on(const InterruptLine& event) override { phases_.on(event); }

 private:
  template <class Event>
  void pass(const Event& event) {
    phases_.passed(event.cycle);
    phases_.on(event);
  }

  WavePhases& phases_;
};

}  // namespace

TEST_CASE("the supervisor's registers mean what the machine's do one level up") {
  // SIE, SPIE and SPP (bits 1, 5, 8) are MIE, MPIE and MPP (3, 7, 12:11).
  const auto value = [](unsigned csr, std::uint64_t bits) {
    return as_machine_csr(csr, bits)->value;
  };
  CHECK(as_machine_csr(sstatus, 0)->number == mstatus);
  CHECK(value(sstatus, 0) == 0);
  CHECK(value(sstatus, 1 << 1) == 1 << 3);
  CHECK(value(sstatus, 1 << 5) == 1 << 7);
  CHECK(value(sstatus, 1 << 8) == 3 << 11);
  // The firmware writes the same bits in mstatus; the machine's own are not the guest's.
  CHECK(value(mstatus, 3 << 11 | 1 << 7 | 1 << 3 | 1 << 1) == 1 << 3);
  // Interrupts 1, 5, 9 are 3, 7, 11.
  CHECK(as_machine_csr(sie, 0)->number == mie);
  CHECK(value(sie, 1 << 1 | 1 << 5 | 1 << 9) == (1 << 3 | 1 << 7 | 1 << 11));
  CHECK(value(mie, 1 << 7 | 1 << 5) == 1 << 7);
  CHECK(as_machine_csr(stvec, 0x1001)->number == mtvec);
  CHECK(value(stvec, 0x1001) == 0x1001);
  CHECK(value(scause, supervisor_timer_interrupt) == timer_interrupt);
  CHECK(value(scause, 13) == 13);
  CHECK_FALSE(as_machine_csr(0x140, 1));  // sscratch
  CHECK_FALSE(as_machine_csr(mtvec, 1));  // the firmware's
}

TEST_CASE("a call that arms the timer is known by its extension and function") {
  Trap trap;
  trap.cause = 9;
  trap.x[10] = 1234;
  trap.x[17] = 0x54494d45;
  CHECK(timer_call(trap) == 1234);
  trap.x[16] = 1;
  CHECK_FALSE(timer_call(trap));
  trap.x[17] = 0;  // legacy: no function number
  CHECK(timer_call(trap) == 1234);
  trap.x[17] = 1;
  CHECK_FALSE(timer_call(trap));
  trap.x[17] = 0;
  trap.cause = 8;  // from U-mode: a system call of the guest's own
  CHECK_FALSE(timer_call(trap));
}

TEST_CASE("a tick by way of the firmware is split into its phases") {
  Supervised run;
  run.start();
  run.tick();
  run.set_timer(1300, 1400, 300);
  run.supervisor_return(1450);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  const LatencySample& sample = run.seen.ledger.samples()[0];
  CHECK(sample.deadline == Cycle(1000));
  // line, trap, deliver (the firmware, and the trap from S to S), handler, rearm, return
  CHECK(sample.phases == Phases{1, 2, 201, 4, 192, 50});
  CHECK(sample.total == 450);
  CHECK(run.seen.ledger.delivered(1) == 1);
  CHECK(rules(run.seen.oracle).empty());
}

TEST_CASE("with Sstc nobody stands between the deadline and the trap") {
  Supervised run;
  run.start();
  run.write_csr(100, stimecmp, 100);
  run.interrupt(1003);
  run.retire(1007, vector);
  run.write_csr(1020, stimecmp, 300);
  run.supervisor_return(1030);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].deadline == Cycle(1000));
  CHECK(run.seen.ledger.samples()[0].phases == Phases{0, 3, 0, 4, 13, 10});
  CHECK(rules(run.seen.oracle).empty());
}

TEST_CASE("a firmware that uses stimecmp for its guest does not arm it twice") {
  Supervised run;
  run.start();
  run.x[10] = 100;
  run.x[17] = 0x54494d45;
  run.enter_firmware(990, 9);
  // The deadline passes before the firmware has come to it.
  run.write_csr(1050, stimecmp, 100, PrivilegeMode::machine);
  run.leave_firmware(1100, code + 4);
  run.interrupt(1101);
  run.retire(1105, vector);
  run.supervisor_return(1150);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].deadline == Cycle(1000));
  CHECK(run.seen.ledger.samples()[0].phases == Phases{0, 0, 101, 4, 0, 45});
}

TEST_CASE("a deadline that passes while the firmware works waits for nothing else") {
  Supervised run;
  run.start();
  run.set_timer(100, 150, 100);
  run.x[17] = 0x10;  // some other call
  run.enter_firmware(980, 9);
  run.line(1001, true);
  run.leave_firmware(1100, code + 4);
  run.enter_firmware(1101, timer_interrupt, code + 4);
  run.leave_firmware(1301, code + 4);
  run.interrupt(1302);
  run.retire(1306, vector);
  run.supervisor_return(1350);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].phases == Phases{0, 0, 302, 4, 0, 44});
}

TEST_CASE("an exception that the firmware hands back is a handler of its own") {
  Supervised run;
  run.start();
  run.tick();
  // The handler meets an instruction that the firmware does not know either.
  run.enter_firmware(1220, 2, vector + 8);
  run.write_csr(1240, sepc, vector + 8, PrivilegeMode::machine);
  run.write_csr(1241, mstatus, 1 << 8, PrivilegeMode::machine);
  run.leave_firmware(1250, vector);
  run.retire(1254, vector);
  run.supervisor_return(1270);
  CHECK(run.seen.ledger.samples().empty());
  run.supervisor_return(1290);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].total == 290);
}

TEST_CASE("a supervisor's exceptions and other interrupts are no ticks") {
  Supervised run;
  run.start();
  run.set_timer(100, 150, 100);
  run.trap(200, 13, PrivilegeMode::supervisor, PrivilegeMode::supervisor, code);
  run.supervisor_return(250);
  run.interrupt(300, Trap::interrupt_bit | 9);
  run.retire(304, vector);
  run.read_csr(306, scause, Trap::interrupt_bit | 9);
  run.supervisor_return(350);
  CHECK(run.seen.ledger.samples().empty());
  CHECK(run.seen.ledger.delivered(1) == 0);
  CHECK(rules(run.seen.oracle).empty());
}

TEST_CASE("a supervisor's timer interrupt before its deadline is early") {
  Supervised run;
  run.start();
  run.set_timer(100, 150, 100);
  run.interrupt(999);
  run.retire(1003, vector);
  run.supervisor_return(1010);
  CHECK(rules(run.seen.oracle) == Names{"no-early-interrupt"});
}

TEST_CASE("a supervisor's timer interrupt after it was called off is spurious") {
  Supervised run;
  run.start();
  run.set_timer(100, 150, 100);
  run.set_timer(200, 250, ~std::uint64_t{0});
  run.interrupt(1500);
  run.retire(1504, vector);
  run.supervisor_return(1510);
  CHECK(rules(run.seen.oracle) == Names{"no-spurious-interrupt"});
}

TEST_CASE("a supervisor's interrupt that the firmware keeps to itself is lost") {
  Supervised run;
  run.start();
  run.set_timer(100, 150, 100);
  run.line(1001, true);
  run.enter_firmware(1003, timer_interrupt);
  run.leave_firmware(1203, code);
  // It ran from 1000 to 1003 and from 1203 on; 1000 such cycles are the bound.
  run.seen.oracle.finish(Cycle(2200));
  CHECK(rules(run.seen.oracle).empty());
  run.seen.oracle.finish(Cycle(2201));
  CHECK(rules(run.seen.oracle) == Names{"no-lost-interrupt"});
}

TEST_CASE("a supervisor that masks its timer interrupt is owed nothing meanwhile") {
  for (const unsigned csr : {sie, sstatus}) {
    Supervised run;
    run.start();
    run.set_timer(100, 150, 100);
    run.write_csr(160, csr, 0);
    run.retire(9000, code + 8);
    run.seen.oracle.finish(Cycle(9001));
    CHECK(rules(run.seen.oracle).empty());
  }
}

TEST_CASE("the time that a supervisor reads is checked") {
  Supervised run;
  run.start();
  run.read_csr(1000, 0xc01, 100);
  CHECK(rules(run.seen.oracle).empty());
  run.read_csr(1100, 0xc01, 111);
  CHECK(rules(run.seen.oracle) == Names{"mtime-follows-clock"});
}

TEST_CASE("a firmware that powers off ends its guest") {
  Supervised run;
  run.start();
  run.x[17] = 0x53525354;
  run.enter_firmware(100, 9);
  CHECK(run.seen.watch.running() == std::nullopt);
  Retire event =
      Supervised::retired(120, Supervised::firmware, store(1, 11, 10), PrivilegeMode::machine);
  event.access = {MemoryAccess::Kind::store, 2, VirtualAddress(0x100000), PhysicalAddress(0x100000),
                  0x5555};
  run.stream.publish(event);
  CHECK(run.seen.watch.verdict(1).kind == Verdict::Kind::pass);
  CHECK(run.seen.watch.verdict(1).cycle == Cycle(120));
}

TEST_CASE("the waves show the phases of an interrupt on its way through the firmware") {
  Supervised run;
  using Change = std::pair<std::uint64_t, WavePhase>;
  std::vector<Change> changes;
  WavePhases phases(Supervised::platform(), run.seen.view,
                    [&](Cycle cycle, std::size_t row, std::uint64_t value) {
                      if (row != index(0, VmWaveSignal::phase)) return;
                      changes.emplace_back(cycle.value, static_cast<WavePhase>(value));
                    });
  Waves waves(phases);
  run.stream.attach(waves);
  run.start();
  run.tick();
  // The line rises in the cycle after the deadline, with no event of the hart in between.
  CHECK(changes == std::vector<Change>{{1000, WavePhase::trap},
                                       {1003, WavePhase::deliver},
                                       {1204, WavePhase::handler},
                                       {1208, WavePhase::rearm}});
}
