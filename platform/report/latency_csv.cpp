#include "platform/report/latency_csv.hpp"

#include <fmt/format.h>

#include <iterator>

namespace cyclevisor {

std::string latency_csv(const LatencyObservation& observation) {
  const ObservedPlatform& platform = observation.platform;
  std::string text = "kind,name,from,to,cycles";
  const auto out = std::back_inserter(text);
  for (const char* phase : phase_names) fmt::format_to(out, ",{}", phase);
  for (const char* wait : wait_names) fmt::format_to(out, ",wait_{}", wait);
  text += "\n";
  // Names are words: nothing has to be quoted.
  for (const LatencySample& sample : observation.ledger.samples()) {
    const ObservedVm* vm = platform.find(sample.vm);
    fmt::format_to(out, "interrupt,{},{},{},{}", vm == nullptr ? "" : vm->name,
                   sample.deadline.value, (sample.deadline + Cycle(sample.latency())).value,
                   sample.latency());
    for (const std::uint64_t phase : sample.phases) fmt::format_to(out, ",{}", phase);
    for (const std::uint64_t wait : sample.waits) fmt::format_to(out, ",{}", wait);
    text += "\n";
  }
  const std::string empty(phase_count + wait_count, ',');
  for (std::size_t i = 0; i < platform.intervals.size(); ++i) {
    for (const IntervalSample& sample : observation.intervals.samples(i)) {
      fmt::format_to(out, "interval,{},{},{},{}{}\n", platform.intervals[i].name,
                     sample.from.value, sample.to.value, sample.cycles(), empty);
    }
  }
  return text;
}

}  // namespace cyclevisor
