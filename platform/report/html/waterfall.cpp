#include <fmt/format.h>

#include <algorithm>

#include "platform/report/html/charts.hpp"
#include "platform/report/html/svg.hpp"
#include "platform/report/html/text.hpp"

namespace cyclevisor::html {

std::string waterfall(const ReportModel& model, const ReportModel::Sample& sample,
                      const std::string& title) {
  constexpr double width = 320;
  constexpr double left = 58;
  constexpr double right = 62;
  constexpr double top = 22;
  constexpr double row = 22;
  constexpr double bar = 14;
  const double floor = top + row * phase_count + 4;
  const double height = floor + 36;
  const std::string colour = vm_class(sample.vm);
  // What comes before the handler counts as latency; what comes after is the handler's own time.
  const auto is_latency = [](std::size_t phase) {
    return phase <= static_cast<std::size_t>(Phase::handler);
  };

  Svg svg(width, height, fmt::format("{}: the phases of one timer interrupt", title), "waterfall");
  const double end = static_cast<double>(std::max<std::uint64_t>(sample.total, 1));
  const Scale x(Scale::Kind::linear, 0, end, left, width - right);
  for (const double tick : x.ticks(3)) {
    svg.line(x(tick), top - 4, x(tick), floor, "grid");
    svg.text(x(tick), floor + 14, Anchor::middle, grouped(static_cast<std::uint64_t>(tick + 0.5)),
             "tick");
    svg.text(x(tick), floor + 28, Anchor::middle, duration(tick, model.clock_hz), "tick faint");
  }
  svg.line(left, floor, width - right, floor, "axis");
  double begin = 0;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    const double y = top + row * static_cast<double>(phase);
    const auto cycles = static_cast<double>(sample.phases[phase]);
    const std::string tip =
        fmt::format("{}: {} cycles = {}", phase_names[phase], grouped(sample.phases[phase]),
                    duration(cycles, model.clock_hz));
    svg.rect(x(begin), y, std::max(x(begin + cycles) - x(begin), 1.0), bar,
             (is_latency(phase) ? "bar " : "bar after ") + colour, tip);
    svg.text(left - 8, y + 11, Anchor::end, phase_names[phase], "tick");
    svg.text(width, y + 11, Anchor::end, grouped(sample.phases[phase]), "number");
    begin += cycles;
    if (phase + 1 < phase_count) svg.line(x(begin), y + bar, x(begin), y + row, "joint");
  }
  const double latency = x(static_cast<double>(sample.latency));
  svg.line(latency, top - 6, latency, floor, "latency");
  const bool at_right = latency > (left + width - right) / 2;
  svg.text(at_right ? latency - 4 : latency + 4, top - 8, at_right ? Anchor::end : Anchor::start,
           "latency " + grouped(sample.latency), "tick");
  return svg.str();
}

}  // namespace cyclevisor::html
