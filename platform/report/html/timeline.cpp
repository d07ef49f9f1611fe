#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>
#include <vector>

#include "platform/report/html/charts.hpp"
#include "platform/report/html/svg.hpp"
#include "platform/report/html/text.hpp"

namespace cyclevisor::html {
namespace {

/// A dot for every sample; samples at the same position share one, so the page stays small even
/// with 1,000,000 samples.
void draw_samples(Svg& svg, const ReportModel& model, const Scale& x, const Scale& y) {
  constexpr double dot = 3;
  std::set<std::tuple<unsigned, int, int>> cells;
  for (const ReportModel::Sample& sample : model.samples) {
    const auto cell = [](double at) { return static_cast<int>(std::floor(at / dot)); };
    cells.emplace(sample.vm, cell(x(static_cast<double>(sample.deadline))),
                  cell(y(static_cast<double>(std::max<std::uint64_t>(sample.latency, 1)))));
  }
  for (const auto& [vm, column, row] : cells) {
    svg.rect(column * dot, row * dot, dot - 0.5, dot - 0.5, "sample " + vm_class(vm));
  }
}

struct Point {
  double x = 0;
  double y = 0;
};
double distance(const Point& a, const Point& b) { return std::hypot(a.x - b.x, a.y - b.y); }

constexpr double ring_radius = 8;

/// The free position on the paper nearest to `best`, from the rows above and beside it.
Point free_place(const Point& best, double width, const std::vector<Point>& taken) {
  constexpr double step = 2 * ring_radius + 2;
  constexpr int most_rows = 4;
  // The axis' title is in the corner.
  constexpr Point title{100, 22};
  Point nearest = best;
  double shortest = std::numeric_limits<double>::infinity();
  const int columns = static_cast<int>(width / step);
  for (int row = 0; row < most_rows; ++row) {
    for (int column = -columns; column <= columns; ++column) {
      const Point place{best.x + column * step / 2, best.y - row * step};
      const bool off = place.x < ring_radius || place.x > width - ring_radius ||
                       place.y < ring_radius || (place.x < title.x && place.y < title.y);
      const double away = distance(place, best);
      if (off || away >= shortest) continue;
      const bool free = std::all_of(taken.begin(), taken.end(), [&place](const Point& other) {
        return distance(place, other) > 2 * ring_radius;
      });
      if (!free) continue;
      nearest = place;
      shortest = away;
    }
  }
  return nearest;
}

/// The worst samples' numbers above their dots, moved aside where they would overlap.
void draw_worst(Svg& svg, const ReportModel& model, const Scale& x, const Scale& y, double width) {
  constexpr double above = 15;
  std::vector<Point> taken;
  for (std::size_t i = 0; i < model.worst.size(); ++i) {
    const ReportModel::Sample& sample = model.worst[i];
    const double dot_x = x(static_cast<double>(sample.deadline));
    const double dot_y = y(static_cast<double>(sample.latency));
    const auto [px, py] = free_place({dot_x, dot_y - above}, width, taken);
    taken.push_back({px, py});
    const ReportModel::Vm* vm = model.find(sample.vm);
    const std::string colour = vm_class(sample.vm);
    svg.line(dot_x, dot_y, px, py + ring_radius, "leader " + colour);
    svg.circle(
        px, py, ring_radius, "ring " + colour,
        fmt::format("{}. {}: {} cycles, deadline in cycle {}", i + 1, vm == nullptr ? "" : vm->name,
                    grouped(sample.latency), grouped(sample.deadline)));
    svg.text(px, py + 3.5, Anchor::middle, std::to_string(i + 1), "ring-number");
  }
}

}  // namespace

std::string vm_class(unsigned number) { return fmt::format("v{}", (number + 7) % 8 + 1); }

std::string timeline(const ReportModel& model, Size size) {
  if (model.samples.empty() || model.cycles == 0) return {};
  const bool wide = size == Size::wide;
  const double width = wide ? 920 : 360;
  const double height = wide ? 280 : 260;
  constexpr double left = 60;
  constexpr double right = 14;
  constexpr double top = 30;
  constexpr double half_label = 40;
  const double floor = height - 50;
  std::uint64_t low = ~std::uint64_t{0};
  std::uint64_t high = 1;
  for (const ReportModel::Sample& sample : model.samples) {
    low = std::min(low, std::max<std::uint64_t>(sample.latency, 1));
    high = std::max(high, sample.latency);
  }
  const double bottom_value = static_cast<double>(low) * 0.7;
  const double top_value = std::max(static_cast<double>(high) * 1.6, bottom_value * 12);
  const Scale x(Scale::Kind::linear, 0, static_cast<double>(model.cycles), left, width - right);
  const Scale y(Scale::Kind::logarithmic, bottom_value, top_value, floor, top);
  Svg svg(width, height, "Latency of every timer interrupt over the run",
          wide ? "chart wide" : "chart narrow");
  for (const double tick : y.ticks(6)) {
    svg.line(left, y(tick), width - right, y(tick), "grid");
    svg.text(left - 6, y(tick) + 4, Anchor::end, grouped(static_cast<std::uint64_t>(tick + 0.5)),
             "tick");
  }
  for (const double tick : x.ticks(wide ? 8 : 3)) {
    svg.line(x(tick), floor, x(tick), floor + 4, "axis");
    // A label in the middle of the last tick would be cut off where the page ends.
    const bool at_edge = x(tick) > width - half_label;
    const Anchor anchor = at_edge ? Anchor::end : Anchor::middle;
    const double place = at_edge ? width : x(tick);
    svg.text(place, floor + 17, anchor, grouped(static_cast<std::uint64_t>(tick + 0.5)), "tick");
    svg.text(place, floor + 32, anchor, duration(tick, model.clock_hz), "tick faint");
  }
  svg.line(left, floor, width - right, floor, "axis");
  svg.text((left + width - right) / 2, height - 3, Anchor::middle,
           "deadline: cycle of the run, and as time", "label");
  svg.text(2, 12, Anchor::start, "latency in cycles", "label");

  draw_samples(svg, model, x, y);
  draw_worst(svg, model, x, y, width);
  return svg.str();
}

std::string account_bar(const ReportModel& model) {
  constexpr double width = 1000;
  constexpr double height = 40;
  Svg svg(width, height, "Who had the cycles of the run", "account", Fit::stretch);
  if (model.cycles == 0) return svg.str();
  const Scale x(Scale::Kind::linear, 0, static_cast<double>(model.cycles), 0, width);
  double begin = 0;
  for (const ReportModel::Owner& owner : model.owners) {
    if (owner.cycles == 0) continue;
    const double end = begin + static_cast<double>(owner.cycles);
    svg.rect(x(begin), 0, x(end) - x(begin), height, owner_class(owner),
             fmt::format("{}: {} cycles, {}", owner.name, grouped(owner.cycles),
                         percent(owner.cycles, model.cycles)));
    begin = end;
  }
  return svg.str();
}

std::string owner_class(const ReportModel::Owner& owner) {
  switch (owner.kind) {
    case ReportModel::Owner::Kind::guest:
      return "own-guest " + vm_class(owner.vm);
    case ReportModel::Owner::Kind::hypervisor:
      return "own-hypervisor " + vm_class(owner.vm);
    case ReportModel::Owner::Kind::world_switch:
      return "own-switch " + vm_class(owner.vm);
    case ReportModel::Owner::Kind::boot:
      return "own-boot";
    case ReportModel::Owner::Kind::idle:
      return "own-idle";
  }
  return {};
}

}  // namespace cyclevisor::html
