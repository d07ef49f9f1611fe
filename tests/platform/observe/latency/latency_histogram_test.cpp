#include "platform/observe/latency/latency_histogram.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "tests/platform/observe/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

namespace {

/// A tick of VM 1 whose latency is `latency` cycles.
void tick(Hypervised& run, std::uint64_t deadline, std::uint64_t latency) {
  run.line(deadline, true);
  run.trap(deadline + 1, timer_interrupt, code + 8);
  run.resume(deadline + latency - 1, vector);
  run.retire(deadline + latency, vector);
  run.store_device(deadline + latency + 10, deadline + latency + 20, mtimecmp, deadline / 10 + 100,
                   3, vector + 4);
  run.line(deadline + latency + 21, false);
  run.guest_mret(deadline + latency + 30, deadline + latency + 40, vector + 8, code + 8);
}

std::string histogram(const Hypervised& run, const HistogramSettings& settings) {
  std::ostringstream out;
  write_histogram(out, run.seen.platform, run.seen.ledger, settings);
  return out.str();
}

}  // namespace

// The layout is that of rt-tests 2.4, `cyclictest -h 4 -t 2 -q`.
TEST_CASE("the histogram has cyclictest's layout") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  tick(run, 1000, 3);
  tick(run, 2000, 3);
  tick(run, 3000, 2);
  tick(run, 4000, 120);
  CHECK(histogram(run, {HistogramUnit::cycles, 4}) ==
        "# Histogram\n"
        "000000 000000\t000000\n"
        "000001 000000\t000000\n"
        "000002 000001\t000000\n"
        "000003 000002\t000000\n"
        "# Total: 000000003 000000000\n"
        "# Min Latencies: 00002 00000\n"
        "# Avg Latencies: 00032 00000\n"
        "# Max Latencies: 00120 00000\n"
        "# Histogram Overflows: 00001 00000\n"
        "# Histogram Overflow at cycle number:\n"
        "# Thread 0: 00003\n"
        "# Thread 1:\n"
        "\n");
}

TEST_CASE("microseconds are rounded down") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  tick(run, 1000, 99);  // 0.99 us at 100 MHz
  tick(run, 2000, 100);
  const std::string text = histogram(run, {HistogramUnit::us, 2});
  CHECK(text.find("000000 000001\t000000\n000001 000001\t000000\n#") != std::string::npos);
}

TEST_CASE("units have names") {
  CHECK(parse_histogram_unit("us") == HistogramUnit::us);
  CHECK(parse_histogram_unit(histogram_unit_name(HistogramUnit::cycles)) == HistogramUnit::cycles);
  CHECK_FALSE(parse_histogram_unit("ms"));
}
