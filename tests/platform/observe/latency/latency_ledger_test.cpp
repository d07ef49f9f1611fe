#include "platform/observe/latency/latency_ledger.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "tests/platform/observe/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

namespace {

using Phases = std::array<std::uint64_t, phase_count>;

/// A tick of VM 1 that is armed for mtime 100 (cycle 1000) while its guest runs.
void tick(Hypervised& run) {
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.line(1001, true);
  run.trap(1004, timer_interrupt, code + 8);
  run.resume(1304, vector);
  run.retire(1306, vector);
}

void check_sums(const LatencyLedger& ledger) {
  for (const LatencySample& sample : ledger.samples()) {
    CHECK(std::accumulate(sample.phases.begin(), sample.phases.end(), std::uint64_t{0}) ==
          sample.total);
  }
}

}  // namespace

TEST_CASE("a tick under the hypervisor is split into its phases") {
  Hypervised run;
  tick(run);
  run.store_device(1310, 1500, mtimecmp, 300, 3, vector + 4);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  const LatencySample& sample = run.seen.ledger.samples()[0];
  CHECK(sample.vm == 1);
  CHECK(sample.deadline == Cycle(1000));
  CHECK(sample.phases == Phases{1, 3, 300, 2, 194, 200});
  CHECK(sample.total == 700);
  CHECK(sample.latency() == 306);
  CHECK(run.seen.ledger.delivered(1) == 1);
}

TEST_CASE("a tick is no sample before its handler has returned") {
  Hypervised run;
  tick(run);
  CHECK(run.seen.ledger.samples().empty());
  CHECK(run.seen.ledger.delivered(1) == 1);
}

TEST_CASE("a handler that does not rearm has no rearm phase") {
  Hypervised run;
  tick(run);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].phases == Phases{1, 3, 300, 2, 0, 394});
}

TEST_CASE("a second delivery for the same deadline is delivered, but no sample") {
  Hypervised run;
  tick(run);
  run.guest_mret(1510, 1700, vector + 8, vector);  // still pending: delivered again at once
  run.retire(1702, vector);
  run.guest_mret(1710, 1900, vector + 8, vector);
  CHECK(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.delivered(1) == 3);
}

TEST_CASE("the last of several stores of mtimecmp is the rearming one") {
  Hypervised run;
  tick(run);
  run.store_device(1310, 1400, mtimecmp, 0xffff'ffff, 2, vector + 4);
  run.store_device(1410, 1500, mtimecmp + 4, 0, 2, vector + 8);
  run.store_device(1510, 1600, mtimecmp, 300, 2, vector + 12);
  run.guest_mret(1610, 1700, vector + 16, code + 8);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].phases == Phases{1, 3, 300, 2, 294, 100});
}

TEST_CASE("a handler whose first instruction traps has started when that is emulated") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.line(1001, true);
  run.trap(1004, timer_interrupt, code + 8);
  run.resume(1304, vector);
  run.write_csr(1305, 1405, 0x340, 0, vector);  // csrrw mscratch
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].phases == Phases{1, 3, 300, 101, 0, 295});
}

TEST_CASE("a physical interrupt before the handler's first instruction does not start it") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.line(1001, true);
  run.trap(1004, timer_interrupt, code + 8);
  run.resume(1304, vector);
  run.trap(1305, timer_interrupt, vector);
  run.resume(1505, vector);
  run.retire(1506, vector);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].phases == Phases{1, 3, 300, 202, 0, 194});
  CHECK(run.seen.ledger.delivered(1) == 1);
}

TEST_CASE("line and trap are nothing when the hypervisor is at work at the deadline") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(990, 2, code, csrrw(0, 0x340, 5));
  run.line(1001, true);
  run.resume(1100, vector);
  run.retire(1102, vector);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].phases == Phases{0, 0, 100, 2, 0, 598});
}

TEST_CASE("the line phase is nothing when the line was high already") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.line(500, true);
  run.trap(1004, timer_interrupt, code + 8);
  run.resume(1304, vector);
  run.retire(1306, vector);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].phases == Phases{0, 4, 300, 2, 0, 394});
}

TEST_CASE("an ordinary trap that comes before the line ends both phases") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(1000, 2, code, csrrw(0, 0x340, 5));
  run.line(1001, true);
  run.resume(1100, vector);
  run.retire(1102, vector);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].phases == Phases{0, 0, 100, 2, 0, 598});
}

TEST_CASE("a deadline that was past when stored counts from the store") {
  Hypervised run;
  run.start();
  run.store_trap(5000, mtimecmp, 100);
  run.resume(5200, vector);
  run.retire(5201, vector);
  run.guest_mret(5510, 5700, vector + 8, code + 4);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  const LatencySample& sample = run.seen.ledger.samples()[0];
  CHECK(sample.deadline == Cycle(5000));
  CHECK(sample.phases == Phases{0, 0, 200, 1, 0, 499});
}

TEST_CASE("an interrupt for a VM that does not run is traced through the world switch") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(300, 2, code, wfi);
  run.select(2, 400);
  run.resume(410, code);
  run.line(1001, true);
  run.trap(1003, timer_interrupt, code + 40);
  run.select(1, 1200);
  run.resume(1250, vector);
  run.retire(1251, vector);
  run.guest_mret(1510, 1700, vector + 8, code + 4);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  const LatencySample& sample = run.seen.ledger.samples()[0];
  CHECK(sample.vm == 1);
  CHECK(sample.phases == Phases{1, 2, 247, 1, 0, 449});
}

TEST_CASE("time masked by the guest belongs to the delivery") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.write_csr(300, 400, mstatus, 0);
  run.line(1001, true);
  run.trap(1003, timer_interrupt, code);
  run.resume(1100, code);  // masked: goes on
  run.x[5] = 8;
  run.trap(2000, 2, code, csrrs(0, mstatus, 5));
  run.resume(2200, vector);
  run.retire(2201, vector);
  run.guest_mret(2510, 2700, vector + 8, code + 4);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].phases == Phases{1, 2, 1197, 1, 0, 499});
  CHECK(run.seen.oracle.violations().empty());
}

TEST_CASE("an interrupt that the guest reads as something else is no timer interrupt") {
  Hypervised run;
  tick(run);
  run.read_csr(1310, 1400, mcause, Trap::interrupt_bit | 11, vector + 4);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  CHECK(run.seen.ledger.samples().empty());
  CHECK(run.seen.ledger.delivered(1) == 0);
}

TEST_CASE("an interrupt that the guest reads as the timer's is one") {
  Hypervised run;
  tick(run);
  run.read_csr(1310, 1400, mcause, timer_interrupt, vector + 4);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  CHECK(run.seen.ledger.samples().size() == 1);
}

TEST_CASE("an exception inside the handler does not end it") {
  Hypervised run;
  tick(run);
  run.trap(1310, 8, vector + 4, 0x73);  // ecall, reflected
  run.resume(1400, vector);
  run.retire(1401, vector);
  run.guest_mret(1410, 1450, vector + 8, vector + 8);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].phases == Phases{1, 3, 300, 2, 0, 394});
}

TEST_CASE("a compressed store to another device inside the handler is no exception") {
  Hypervised run;
  tick(run);
  run.x[10] = 0x1000'0000;
  run.trap(1310, 15, vector + 4, 0xc10c, 0x1000'0000);  // c.sw a1, 0(a0)
  run.resume(1400, vector + 6);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  CHECK(run.seen.ledger.samples().size() == 1);
}

TEST_CASE("in vectored mode an interrupt enters 28 bytes above the base, an exception at it") {
  Hypervised run;
  run.start(vector | 1);
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(300, 8, code, 0x73);
  run.resume(400, vector);
  run.retire(401, vector);
  run.guest_mret(410, 500, vector + 4, code + 4);
  CHECK(run.seen.ledger.delivered(1) == 0);
  run.line(1001, true);
  run.trap(1004, timer_interrupt, code + 8);
  run.resume(1304, vector + 28);
  run.retire(1306, vector + 28);
  run.guest_mret(1510, 1700, vector + 32, code + 8);
  CHECK(run.seen.ledger.samples().size() == 1);
}

TEST_CASE("a tick of a native guest is split into its phases") {
  Native run;
  run.start();
  run.store_device(100, 103, mtimecmp, 100);
  run.line(1001, true);
  run.interrupt(1002);
  run.retire(1005, vector);
  run.store_device(1010, 1013, mtimecmp, 300);
  run.line(1014, false);
  run.machine_return(1020);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  const LatencySample& sample = run.seen.ledger.samples()[0];
  CHECK(sample.deadline == Cycle(1000));
  CHECK(sample.phases == Phases{1, 1, 0, 3, 8, 7});
  CHECK(run.seen.oracle.violations().empty());
}

TEST_CASE("native deadlines follow a guest that sets mtime") {
  Native run;
  run.start();
  run.store_device(100, 103, mtimecmp, 1000);
  run.store_device(200, 205, mtime, 900);  // floor(205 / 10) = 20 becomes 900
  run.line(1201, true);
  run.interrupt(1202);
  run.retire(1205, vector);
  run.machine_return(1220);
  REQUIRE(run.seen.ledger.samples().size() == 1);
  CHECK(run.seen.ledger.samples()[0].deadline == Cycle(1200));
}

TEST_CASE("a hypervised guest's own mtime moves its deadline") {
  Hypervised run;
  run.start();
  run.store_device(100, 150, mtimecmp, 1000);
  run.store_device(200, 205, mtime, 900);
  CHECK(run.seen.view.state(1).deadline == Cycle(1200));
}

TEST_CASE("phases add up whatever the order of events") {
  Hypervised run;
  tick(run);
  run.store_device(1310, 1500, mtimecmp, 100, 3, vector + 4);
  run.guest_mret(1510, 1700, vector + 8, vector);
  run.retire(1701, vector);
  run.store_device(1710, 1800, mtimecmp, 400, 3, vector + 4);
  run.guest_mret(1810, 1900, vector + 8, code + 8);
  CHECK(run.seen.ledger.samples().size() == 2);
  check_sums(run.seen.ledger);
}

TEST_CASE("latency.json has one object a sample") {
  Hypervised run;
  tick(run);
  run.store_device(1310, 1500, mtimecmp, 300, 3, vector + 4);
  run.guest_mret(1510, 1700, vector + 8, code + 8);
  std::ostringstream text;
  run.seen.ledger.write_json(text);
  const auto json = nlohmann::ordered_json::parse(text.str());
  CHECK(json["unit"] == "cycles");
  CHECK(json["vms"][1]["name"] == "tickless");
  REQUIRE(json["samples"].size() == 1);
  CHECK(json["samples"][0].dump() ==
        R"({"vm":"rtos","deadline":1000,"phases":{"line":1,"trap":3,"deliver":300,"handler":2,)"
        R"("rearm":194,"return":200},"delivery":{"other":300},"waits":{},"total":700})");
}

TEST_CASE("latency.json without samples is still JSON") {
  Hypervised run;
  std::ostringstream text;
  run.seen.ledger.write_json(text);
  CHECK(nlohmann::json::parse(text.str())["samples"].empty());
}

TEST_CASE("distribution takes nearest ranks") {
  const Distribution none = distribution({});
  CHECK(none.count == 0);
  std::vector<std::uint64_t> values(200);
  std::iota(values.rbegin(), values.rend(), std::uint64_t{1});
  const Distribution d = distribution(values);
  CHECK(d.count == 200);
  CHECK(d.min == 1);
  CHECK(d.median == 100);
  CHECK(d.p99 == 198);
  CHECK(d.p999 == 200);
  CHECK(d.sum == 20100);
  CHECK(d.max == 200);
  CHECK(distribution({7}).p99 == 7);
}
