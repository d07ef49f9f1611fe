#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "platform/report/html/charts.hpp"
#include "platform/report/html/svg.hpp"
#include "platform/report/html/text.hpp"

namespace cyclevisor::html {
namespace {

/// Bins of equal width on a logarithmic axis.
constexpr double bins_per_decade = 20;

int bin_of(std::uint64_t latency) {
  return static_cast<int>(std::floor(
      std::log10(static_cast<double>(std::max<std::uint64_t>(latency, 1))) * bins_per_decade));
}
double bin_begin(int bin) { return std::pow(10, bin / bins_per_decade); }

struct Layout {
  double width, height, left, right, top, bottom;
};

std::string tick_count(double value) { return grouped(static_cast<std::uint64_t>(value + 0.5)); }

void draw_axes(Svg& svg, const Layout& at, const Scale& x, const Scale& y, std::uint64_t clock_hz,
               Size size) {
  for (const double tick : y.ticks(5)) {
    svg.line(at.left, y(tick), at.width - at.right, y(tick), "grid");
    svg.text(at.left - 6, y(tick) + 4, Anchor::end, tick_count(tick), "tick");
  }
  const double floor = at.height - at.bottom;
  for (const double tick : x.ticks(size == Size::wide ? 12 : 5)) {
    svg.line(x(tick), at.top, x(tick), floor, "grid");
    svg.text(x(tick), floor + 16, Anchor::middle, tick_count(tick), "tick");
    svg.text(x(tick), floor + 31, Anchor::middle, duration(tick, clock_hz), "tick faint");
  }
  svg.line(at.left, floor, at.width - at.right, floor, "axis");
  const double middle = (at.left + at.width - at.right) / 2;
  svg.text(middle, at.height - 4, Anchor::middle, "latency in cycles, and as time", "label");
  svg.text(2, at.top - 8, Anchor::start, "interrupts", "label");
}

/// The outline of a VM's bins: a staircase that stands on the floor.
std::vector<double> outline(const std::map<int, std::uint64_t>& bins, const Scale& x,
                            const Scale& y, double floor) {
  std::vector<double> points;
  const auto add = [&](double px, double py) {
    points.push_back(px);
    points.push_back(py);
  };
  int previous = bins.empty() ? 0 : bins.begin()->first - 2;
  for (const auto& [bin, count] : bins) {
    if (bin != previous + 1) {
      if (!points.empty()) add(x(bin_begin(previous + 1)), floor);
      add(x(bin_begin(bin)), floor);
    }
    add(x(bin_begin(bin)), y(static_cast<double>(count)));
    add(x(bin_begin(bin + 1)), y(static_cast<double>(count)));
    previous = bin;
  }
  if (!points.empty()) add(x(bin_begin(previous + 1)), floor);
  return points;
}

std::string shortened(const std::string& name, std::size_t most) {
  return name.size() <= most ? name : name.substr(0, most - 1) + "…";
}

/// A text on that side of the dot at `x` where it has room, or else as far right as the paper goes.
void label(Svg& svg, const Layout& at, double x, double y, const std::string& text,
           const std::string& style) {
  constexpr double gap = 9;
  const double length = 7.3 * static_cast<double>(text.size());  // bold, 12 pixels
  if (x - gap > length) {
    svg.text(x - gap, y, Anchor::end, text, style);
  } else {
    svg.text(std::max(0.0, std::min(x + gap, at.width - length)), y, Anchor::start, text, style);
  }
}

}  // namespace

std::string histogram(const ReportModel& model, Size size) {
  std::map<unsigned, std::map<int, std::uint64_t>> bins;
  std::uint64_t most = 1;
  for (const ReportModel::Sample& sample : model.samples) {
    most = std::max(most, ++bins[sample.vm][bin_of(sample.latency)]);
  }
  if (bins.empty()) return {};
  int first = bin_of(~std::uint64_t{0});
  int last = 0;
  for (const auto& [vm, of_vm] : bins) {
    first = std::min(first, of_vm.begin()->first);
    last = std::max(last, of_vm.rbegin()->first);
  }
  const bool wide = size == Size::wide;
  const double rows = static_cast<double>(bins.size());
  Layout at = {wide ? 920.0 : 360.0, 0, 48, 14, 14 + 18 * rows + 12, 52};
  at.height = at.top + (wide ? 230 : 190) + at.bottom;
  const double floor = at.height - at.bottom;
  // At least a decade and a half, so that there are ticks to read off.
  const double low = bin_begin(first - 3);
  const double high = std::max(bin_begin(last + 4), low * 30);
  const Scale x(Scale::Kind::logarithmic, low, high, at.left, at.width - at.right);
  const Scale y(Scale::Kind::logarithmic, 0.7, static_cast<double>(most) * 1.3, floor, at.top);
  Svg svg(at.width, at.height, "Histogram of timer interrupt latency, one outline for each guest",
          wide ? "chart wide" : "chart narrow");
  draw_axes(svg, at, x, y, model.clock_hz, size);
  double row = 14;
  for (const ReportModel::Vm& vm : model.vms) {
    const auto of_vm = bins.find(vm.number);
    if (of_vm == bins.end()) continue;
    const std::string colour = vm_class(vm.number);
    svg.polyline(outline(of_vm->second, x, y, floor), "outline " + colour);
    const double median = x(static_cast<double>(vm.latency.median));
    const double max = x(static_cast<double>(vm.latency.max));
    svg.line(median, at.top, median, floor, "median " + colour);
    svg.line(max, row + 4, max, floor, "maximum " + colour);
    svg.circle(max, row, 4, "dot " + colour);
    const std::string time = duration(static_cast<double>(vm.latency.max), model.clock_hz);
    const std::string name = shortened(vm.name, wide ? 48 : 16);
    label(svg, at, max, row + 4,
          wide ? fmt::format("{}: maximum {} cycles = {}", name, grouped(vm.latency.max), time)
               : fmt::format("{}: max {} = {}", name, grouped(vm.latency.max), time),
          "strong " + colour);
    row += 18;
  }
  return svg.str();
}

}  // namespace cyclevisor::html
