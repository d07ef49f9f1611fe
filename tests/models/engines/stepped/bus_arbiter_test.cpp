// The bus of the pipeline and its arbiter, against the words of the timing rules.
#include "models/engines/stepped/bus_arbiter.hpp"

#include <catch2/catch.hpp>

using namespace cyclevisor;

TEST_CASE("bus: a line is an address cycle and eight data cycles") {
  BusSide bus(8);
  BusSide::BusDemand demand;
  demand.line_read = true;
  CHECK(bus.requests(demand, true, false));
  bus.clock(demand, {true, false, false});
  for (int beat = 0; beat < 7; ++beat) {
    CHECK_FALSE(bus.acknowledges(true));
    CHECK(bus.requests(demand, true, false));
    bus.clock(demand, {true, false, false});
  }
  CHECK(bus.acknowledges(true));
  demand.line_read = false;
  // Nothing follows: the last data cycle has no address phase.
  CHECK_FALSE(bus.requests(demand, true, false));
  bus.clock(demand, {true, false, false});
  CHECK_FALSE(bus.busy());
}

TEST_CASE("bus: a device access is address, data, done") {
  BusSide bus(8);
  BusSide::BusDemand demand;
  demand.device = true;
  CHECK(bus.stalls(demand, true));
  bus.clock(demand, {true, false, true});
  CHECK(bus.in_data_phase());
  CHECK(bus.stalls(demand, true));
  bus.clock(demand, {true, false, true});
  CHECK(bus.done());
  CHECK_FALSE(bus.stalls(demand, true));
  bus.clock(demand, {true, false, true});
  CHECK(bus.done());
  bus.clock(demand, {true, false, false});
  CHECK_FALSE(bus.busy());
}

TEST_CASE("arbiter: the data side first, the other one behind its burst") {
  BusArbiter arbiter(8);
  CHECK(arbiter.fetch_ready());
  arbiter.clock({true, true, true});
  unsigned cycles = 0;
  // The data side's address phases: seven more, then its last data cycle.
  while (!arbiter.fetch_ready()) {
    CHECK(arbiter.data_ready());
    const bool burst = cycles < 7;
    arbiter.clock({burst, burst, false});
    ++cycles;
  }
  CHECK(cycles == 8);
}

TEST_CASE("arbiter: an instruction burst keeps the data side waiting") {
  BusArbiter arbiter(8);
  arbiter.clock({false, false, true});
  CHECK_FALSE(arbiter.data_ready());
  arbiter.clock({false, false, false});
  CHECK(arbiter.data_ready());
}

TEST_CASE("arbiter: the count slips when the instruction side comes a cycle late") {
  BusArbiter arbiter(8);
  arbiter.clock({true, true, false});
  unsigned cycle = 1;
  arbiter.clock({true, true, true});  // address of beat 1
  ++cycle;
  for (; !arbiter.fetch_ready(); ++cycle) {
    const bool burst = cycle < 8;
    arbiter.clock({burst, burst, false});
  }
  // The remembered address went out in cycle 18 after the data side's first.
  CHECK(cycle == 19);
}
