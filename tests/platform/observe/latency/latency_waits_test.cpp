// Why interrupts come late or not at all.
#include <catch2/catch.hpp>
#include <numeric>

#include "tests/platform/observe/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

namespace {

using Outcome = UndeliveredInterrupt::Outcome;

/// The handler that runs at the vector since `cycle` ends without a new deadline.
void finish_handler(Hypervised& run, std::uint64_t cycle) {
  run.retire(cycle, vector);
  run.guest_mret(cycle + 4, cycle + 200, vector + 8, code + 8);
}

const LatencySample& only_sample(const Hypervised& run) {
  REQUIRE(run.seen.ledger.samples().size() == 1);
  const LatencySample& sample = run.seen.ledger.samples().front();
  const auto& parts = sample.delivery;
  CHECK(std::accumulate(parts.begin(), parts.end(), std::uint64_t{0}) ==
        sample.phases[static_cast<std::size_t>(Phase::deliver)]);
  return sample;
}

std::uint64_t part(const LatencySample& sample, DeliveryPart which) {
  return sample.delivery[static_cast<std::size_t>(which)];
}

}  // namespace

TEST_CASE("an interrupt on the direct way does not wait") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.line(1000, true);
  run.trap(1004, timer_interrupt, code + 8);
  run.resume(1304, vector);
  finish_handler(run, 1306);
  CHECK(only_sample(run).waits == Waits{});
  CHECK(only_sample(run).overdue == 0);
}

TEST_CASE("an interrupt that the guest masks waits for the guest") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.write_csr(300, 400, mstatus, 0);
  run.line(1000, true);
  run.trap(1003, timer_interrupt, code);
  run.resume(1100, code);
  run.x[5] = 8;
  run.trap(2000, 2, code, csrrs(0, mstatus, 5));
  run.resume(2200, vector);
  finish_handler(run, 2201);
  const LatencySample& sample = only_sample(run);
  CHECK(sample.waits == Waits{1000, 0, 0, 0});  // from the deadline to the unmasking instruction
  CHECK(part(sample, DeliveryPart::guest) == 900);
  CHECK(part(sample, DeliveryPart::others) == 0);
}

TEST_CASE("an interrupt of a VM that is not chosen waits for the others") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(300, 2, code, wfi);
  run.select(2, 400);
  run.resume(410, code);
  run.line(1000, true);
  run.trap(1003, timer_interrupt, code + 40);
  run.resume(1103, code + 40);  // the other VM goes on: 100 + 897
  run.trap(2000, timer_interrupt, code + 80);
  run.select(1, 2100);
  run.resume(2150, vector);
  finish_handler(run, 2151);
  const LatencySample& sample = only_sample(run);
  CHECK(sample.waits == Waits{0, 997, 0, 0});
  CHECK(sample.ran == Ran{{2, 997}});
  CHECK(part(sample, DeliveryPart::others) == 897);
  CHECK(part(sample, DeliveryPart::guest) == 0);
}

TEST_CASE("of several other VMs each is named with what it ran") {
  ObservedPlatform platform = two_vms();
  platform.vms.push_back(
      {3, "third", PhysicalAddress(0x8300'0000), 0x100'0000, PhysicalAddress(0)});
  Hypervised run(platform);
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(300, timer_interrupt, code);  // preempted
  run.select(2, 400);
  run.resume(410, code);
  run.trap(2000, timer_interrupt, code + 40);  // VM 2: 1000
  run.select(3, 2050);
  run.resume(2100, code);                      // the switch is for VM 3: 100
  run.trap(2700, timer_interrupt, code + 80);  // 600
  run.select(1, 2750);
  run.resume(2800, vector);
  finish_handler(run, 2801);
  CHECK(only_sample(run).waits == Waits{0, 1700, 0, 0});
  CHECK(only_sample(run).ran == Ran{{2, 1000}, {3, 700}});
}

TEST_CASE("a world switch at once is the direct way") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(300, 2, code, wfi);
  run.select(2, 400);
  run.resume(410, code);
  run.line(1000, true);
  run.trap(1003, timer_interrupt, code + 40);
  run.select(1, 1200);
  run.resume(1250, vector);
  finish_handler(run, 1251);
  CHECK(only_sample(run).waits == Waits{});
}

TEST_CASE("a deadline that comes while the hypervisor works waits for it") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(990, 2, code, csrrw(0, 0x340, 5));
  run.line(1000, true);
  run.resume(1100, vector);
  finish_handler(run, 1102);
  const LatencySample& sample = only_sample(run);
  CHECK(sample.waits == Waits{0, 0, 100, 0});
}

TEST_CASE("a VM woken to unmask its interrupt has not waited for others") {
  Hypervised run;
  run.start();
  run.write_csr(100, 150, mstatus, 0);
  run.store_device(160, 200, mtimecmp, 100);
  run.trap(300, 2, code, wfi);
  run.select(2, 400);
  run.resume(410, code);
  run.line(1000, true);
  run.trap(1003, timer_interrupt, code + 40);
  run.select(1, 1200);
  run.resume(1250, code + 4);  // behind its wfi: 247
  run.x[5] = 8;
  run.trap(1260, 2, code + 4, csrrs(0, mstatus, 5));  // 10 later
  run.resume(1400, vector);
  finish_handler(run, 1401);
  CHECK(only_sample(run).waits == Waits{257, 0, 0, 0});
}

TEST_CASE("whoever runs, a timer interrupt with MTIE clear is masked") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.write_csr(210, 250, mie, 0);
  run.trap(300, 2, code, wfi);
  run.select(2, 400);
  run.resume(410, code);
  run.trap(2000, timer_interrupt, code + 40);  // its slice ends
  run.select(1, 2100);
  run.resume(2150, code + 4);
  run.x[5] = 0x80;
  run.trap(2200, 2, code + 4, csrrs(0, mie, 5));
  run.resume(2300, vector);
  finish_handler(run, 2301);
  CHECK(only_sample(run).waits == Waits{1200, 0, 0, 0});  // from the deadline to that csrrs
}

TEST_CASE("a deadline for which the line does not rise waits for the VM that runs") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(300, timer_interrupt, code);  // preempted
  run.select(2, 400);
  run.resume(410, code);
  run.line(1900, true);  // the other one's slice ends
  run.trap(1903, timer_interrupt, code + 40);
  run.select(1, 2000);
  run.resume(2050, vector);
  finish_handler(run, 2051);
  const LatencySample& sample = only_sample(run);
  CHECK(sample.phases[static_cast<std::size_t>(Phase::line)] == 900);
  CHECK(sample.waits == Waits{0, 900, 0, 0});
}

TEST_CASE("a deadline that comes while the hart sleeps does not wait for the hypervisor") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(300, 2, code, wfi);
  run.line(1000, true);
  run.stream.publish(Idle{Cycle(400), Cycle(1000)});
  run.resume(1250, vector);
  finish_handler(run, 1251);
  CHECK(only_sample(run).waits == Waits{});
}

TEST_CASE("a VM that loses the hart at its vector waits for the others") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.line(1000, true);
  run.trap(1004, timer_interrupt, code + 8);
  run.resume(1304, vector);
  run.trap(1306, timer_interrupt, vector);  // its slice has ended
  run.select(2, 1400);
  run.resume(1406, code);  // 100
  run.trap(9000, timer_interrupt, code);
  run.select(1, 9050);
  run.resume(9100, vector);  // 7594 + 100
  finish_handler(run, 9102);
  const LatencySample& sample = only_sample(run);
  CHECK(sample.phases[static_cast<std::size_t>(Phase::handler)] == 9102 - 1304);
  CHECK(sample.waits == Waits{0, 100 + 7594 + 100, 0, 0});
  CHECK(sample.ran == Ran{{2, 100 + 7594 + 100}});
}

TEST_CASE("a VM that is interrupted at its vector waits for the hypervisor") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.line(1000, true);
  run.trap(1004, timer_interrupt, code + 8);
  run.resume(1304, vector);
  run.trap(1306, timer_interrupt, vector);  // another VM's deadline
  run.resume(1500, vector);
  finish_handler(run, 1502);
  CHECK(only_sample(run).waits == Waits{0, 0, 194, 0});
}

TEST_CASE("a first instruction that is emulated is on the direct way") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.line(1000, true);
  run.trap(1004, timer_interrupt, code + 8);
  run.resume(1304, vector);
  SECTION("at once") {
    run.emulate(1306, 1600, vector, csrrw(0, 0x340, 5));
    run.guest_mret(1604, 1800, vector + 8, code + 8);
    CHECK(only_sample(run).waits == Waits{});
  }
  SECTION("unless the VM loses the hart meanwhile") {
    run.trap(1306, 2, vector, csrrw(0, 0x340, 5));
    run.select(2, 1500);
    run.resume(1506, code);  // 200
    run.trap(2000, timer_interrupt, code);
    run.select(1, 2050);
    run.resume(2100, vector + 4);  // 494 + 100
    run.guest_mret(2104, 2300, vector + 8, code + 8);
    CHECK(only_sample(run).waits == Waits{0, 200 + 494 + 100, 0, 0});
    CHECK(only_sample(run).ran == Ran{{2, 200 + 494 + 100}});
  }
}

TEST_CASE("an exception that looked like the interrupt keeps it masked") {
  // Both enter at the same vector; only the guest's mcause tells.
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.line(1000, true);
  run.trap(1003, 8, code + 4, 0x73);  // ecall, before the interrupt is taken
  run.resume(1200, vector);
  run.retire(1202, vector);
  run.read_csr(1210, 1400, mcause, 8, vector + 4);
  CHECK(run.seen.ledger.samples().empty());
  run.guest_mret(1500, 1700, vector + 8, vector);  // pending all the time
  finish_handler(run, 1702);
  const LatencySample& sample = only_sample(run);
  CHECK(sample.waits == Waits{1500 - 1003, 0, 0, 0});
  CHECK(run.seen.ledger.delivered(1) == 1);
}

TEST_CASE("a native interrupt waits for the bus") {
  Native run;
  run.start();
  run.store_device(100, 103, mtimecmp, 100);
  run.line(1000, true);
  run.store_device(998, 1009, 0x1000'0000, 1);
  run.interrupt(1010);
  run.retire(1012, vector);
  run.machine_return(1020);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].waits == Waits{0, 0, 0, 10});  // 1000 to 1009
}

TEST_CASE("a deadline that the guest takes back is cancelled") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.write_csr(300, 400, mstatus, 0);
  run.line(1000, true);
  run.trap(1003, timer_interrupt, code);
  run.resume(1100, code);
  run.store_device(1500, 1600, mtimecmp, 1000);
  REQUIRE(run.seen.ledger.undelivered().size() == 1);
  const UndeliveredInterrupt& gone = run.seen.ledger.undelivered()[0];
  CHECK(gone.outcome == Outcome::cancelled);
  CHECK(gone.vm == 1);
  CHECK(gone.deadline == Cycle(1000));
  CHECK(gone.until == Cycle(1500));
  CHECK(gone.waits == Waits{500, 0, 0, 0});
  CHECK(run.seen.ledger.samples().empty());
}

TEST_CASE("deadlines that pass before one interrupt is delivered are coalesced") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.write_csr(300, 400, mstatus, 0);
  run.line(1000, true);
  run.trap(1003, timer_interrupt, code);
  run.resume(1100, code);
  run.store_device(1500, 1600, mtimecmp, 110);  // since cycle 1100
  run.x[5] = 8;
  run.trap(2000, 2, code, csrrs(0, mstatus, 5));
  run.resume(2200, vector);
  finish_handler(run, 2201);
  CHECK(run.seen.ledger.undelivered_count(1) == std::array<std::uint64_t, outcome_count>{0, 1, 0});
  CHECK(only_sample(run).deadline == Cycle(1500));
  CHECK(only_sample(run).overdue == 400);
  CHECK(run.seen.ledger.undelivered_count(2) == std::array<std::uint64_t, outcome_count>{});
}

TEST_CASE("an interrupt that is due when the run ends is pending") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.line(1000, true);
  run.trap(1004, timer_interrupt, code + 8);
  run.seen.finish(Cycle(1100));
  REQUIRE(run.seen.ledger.undelivered().size() == 1);
  CHECK(run.seen.ledger.undelivered()[0].outcome == Outcome::pending);
  CHECK(run.seen.ledger.undelivered()[0].until == Cycle(1100));
}

TEST_CASE("a deadline moved before it passed is nothing") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.store_device(500, 600, mtimecmp, 200);
  run.seen.finish(Cycle(1500));
  CHECK(run.seen.ledger.undelivered().empty());
}
