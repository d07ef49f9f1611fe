// The latencies as a histogram in the layout of cyclictest, which its plotting tools read.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "platform/observe/latency/latency_ledger.hpp"
#include "platform/observe/guest/observed.hpp"

namespace cyclevisor {

enum class HistogramUnit : std::uint8_t { cycles, us };

/// "cycles" or "us".
const char* histogram_unit_name(HistogramUnit unit);
std::optional<HistogramUnit> parse_histogram_unit(const std::string& name);

struct HistogramSettings {
  HistogramUnit unit = HistogramUnit::cycles;
  /// Latencies from 0 to rows - 1 are counted, the others are overflows. At most 1,000,000: a row's
  /// number has six digits.
  std::uint64_t rows = 10'000;
};
inline constexpr std::uint64_t max_histogram_rows = 1'000'000;

/// latency.hist, as `cyclictest -h` prints it: one column a VM, microseconds rounded down.
void write_histogram(std::ostream& out, const ObservedPlatform& platform,
                     const LatencyLedger& ledger, const HistogramSettings& settings);

}  // namespace cyclevisor
