#include "platform/cli/presentation_options.hpp"

#include <charconv>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {
std::pair<Cycle, Cycle> parse_window(const char* option, const std::string& text) {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  const char* end = text.data() + text.size();
  const auto a = std::from_chars(text.data(), end, first);
  if (a.ec == std::errc{} && a.ptr != end && *a.ptr == ':') {
    const auto b = std::from_chars(a.ptr + 1, end, last);
    if (b.ec == std::errc{} && b.ptr == end && first <= last) return {Cycle(first), Cycle(last)};
  }
  throw ConfigurationError(
      option, "'" + text + "' is no window: give FIRST:LAST, two cycles, the lower one first");
}

void PresentationOptions::add_to(CLI::App& app) {
  app.add_option("--histogram-unit", unit_, "Unit of latency.hist: cycles (default) or us")
      ->check(CLI::IsMember({"cycles", "us"}));
  app.add_option("--histogram-rows", rows_, "Rows of latency.hist, 10000 if not given")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, max_histogram_rows));
  app.add_option("--perfetto-window", window_,
                 "Cycles that trace.perfetto.json shows; the beginning if not given")
      ->type_name("FIRST:LAST");
}

const char* PresentationOptions::given() const {
  if (!unit_.empty()) return "--histogram-unit";
  if (rows_ != 0) return "--histogram-rows";
  return window_.empty() ? nullptr : "--perfetto-window";
}

PresentationChoice PresentationOptions::choice() const {
  PresentationChoice choice;
  if (!unit_.empty()) choice.histogram_unit = parse_histogram_unit(unit_);
  if (rows_ != 0) choice.histogram_rows = rows_;
  if (!window_.empty()) choice.perfetto_window = parse_window("--perfetto-window", window_);
  return choice;
}

}  // namespace cyclevisor
