#include "platform/observe/latency/latency_histogram.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <vector>

namespace cyclevisor {
namespace {

/// Latencies are listed by their index among the VM's samples, as cyclictest does.
constexpr std::size_t max_listed = 100;

struct Column {
  std::vector<std::uint64_t> rows;
  std::uint64_t counted = 0;
  std::uint64_t all = 0;
  std::uint64_t min = 0, max = 0, sum = 0;
  std::uint64_t overflows = 0;
  std::vector<std::uint64_t> listed;  ///< indices of the first overflows

  void add(std::uint64_t latency) {
    min = all == 0 ? latency : std::min(min, latency);
    max = std::max(max, latency);
    sum += latency;
    if (latency < rows.size()) {
      ++rows[latency];
      ++counted;
    } else {
      ++overflows;
      if (listed.size() < max_listed) listed.push_back(all);
    }
    ++all;
  }
};

std::uint64_t in_unit(std::uint64_t cycles, HistogramUnit unit, std::uint64_t clock_hz) {
  if (unit == HistogramUnit::cycles) return cycles;
  // In two steps, so that nothing overflows.
  constexpr std::uint64_t us_per_second = 1'000'000;
  return cycles / clock_hz * us_per_second + cycles % clock_hz * us_per_second / clock_hz;
}

template <class Value>
void write_line(std::ostream& out, const char* title, const std::vector<Column>& columns,
                const char* format, Value value) {
  out << "# " << title << ":";
  for (const Column& column : columns) out << fmt::format(fmt::runtime(format), value(column));
  out << "\n";
}

}  // namespace

const char* histogram_unit_name(HistogramUnit unit) {
  return unit == HistogramUnit::us ? "us" : "cycles";
}

std::optional<HistogramUnit> parse_histogram_unit(const std::string& name) {
  for (const HistogramUnit unit : {HistogramUnit::cycles, HistogramUnit::us}) {
    if (name == histogram_unit_name(unit)) return unit;
  }
  return std::nullopt;
}

void write_histogram(std::ostream& out, const ObservedPlatform& platform,
                     const LatencyLedger& ledger, const HistogramSettings& settings) {
  std::vector<Column> columns(platform.vms.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i].rows.resize(settings.rows);
    for (const LatencySample& sample : ledger.samples()) {
      if (sample.vm != platform.vms[i].number) continue;
      columns[i].add(in_unit(sample.latency(), settings.unit, platform.clock_hz));
    }
  }
  out << "# Histogram\n";
  fmt::memory_buffer text;
  for (std::uint64_t row = 0; row < settings.rows; ++row) {
    fmt::format_to(std::back_inserter(text), FMT_COMPILE("{:06} "), row);
    for (const Column& column : columns) {
      if (&column != &columns.front()) text.push_back('\t');
      fmt::format_to(std::back_inserter(text), FMT_COMPILE("{:06}"), column.rows[row]);
    }
    text.push_back('\n');
  }
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  constexpr const char* nine = " {:09}";
  constexpr const char* five = " {:05}";
  write_line(out, "Total", columns, nine, [](const Column& c) { return c.counted; });
  write_line(out, "Min Latencies", columns, five, [](const Column& c) { return c.min; });
  write_line(out, "Avg Latencies", columns, five,
             [](const Column& c) { return c.all == 0 ? 0 : c.sum / c.all; });
  write_line(out, "Max Latencies", columns, five, [](const Column& c) { return c.max; });
  write_line(out, "Histogram Overflows", columns, five,
             [](const Column& c) { return c.overflows; });
  out << "# Histogram Overflow at cycle number:\n";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = columns[i];
    out << fmt::format("# Thread {}:", i);
    for (const std::uint64_t place : column.listed) out << fmt::format(" {:05}", place);
    if (column.overflows > column.listed.size()) {
      out << fmt::format(" # {:05} others", column.overflows - column.listed.size());
    }
    out << "\n";
  }
  out << "\n";
}

}  // namespace cyclevisor
