#include "platform/report/html/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platform/report/html/text.hpp"

namespace cyclevisor::html {
namespace {

/// A coordinate with a tenth of a unit.
std::string number(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.size() > 2 && text.compare(text.size() - 2, 2, ".0") == 0) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string close(const char* element, const std::string& tip) {
  if (tip.empty()) return "/>";
  return fmt::format("><title>{}</title></{}>", escape(tip), element);
}

}  // namespace

Svg::Svg(double width, double height, const std::string& label, const std::string& css_class,
         Fit fit)
    : contents_(
          fmt::format("<svg class=\"{}\" viewBox=\"0 0 {} {}\"{} role=\"img\" aria-label=\"{}\">",
                      css_class, number(width), number(height),
                      fit == Fit::stretch ? " preserveAspectRatio=\"none\"" : "", escape(label))) {}

void Svg::rect(double x, double y, double width, double height, const std::string& css_class,
               const std::string& tip) {
  contents_ += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}",
                           css_class, number(x), number(y), number(std::max(width, 0.0)),
                           number(std::max(height, 0.0)), close("rect", tip));
}

void Svg::line(double x1, double y1, double x2, double y2, const std::string& css_class) {
  contents_ += fmt::format("<line class=\"{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
                           css_class, number(x1), number(y1), number(x2), number(y2));
}

void Svg::polyline(const std::vector<double>& points, const std::string& css_class) {
  std::string list;
  for (std::size_t i = 0; i + 1 < points.size(); i += 2) {
    list += fmt::format("{}{},{}", i == 0 ? "" : " ", number(points[i]), number(points[i + 1]));
  }
  contents_ += fmt::format("<polyline class=\"{}\" points=\"{}\"/>", css_class, list);
}

void Svg::circle(double x, double y, double radius, const std::string& css_class,
                 const std::string& tip) {
  contents_ += fmt::format("<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"{}", css_class,
                           number(x), number(y), number(radius), close("circle", tip));
}

void Svg::text(double x, double y, Anchor anchor, const std::string& contents,
               const std::string& css_class) {
  const char* where = anchor == Anchor::start    ? "start"
                      : anchor == Anchor::middle ? "middle"
                                                 : "end";
  contents_ += fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>",
                           css_class, number(x), number(y), where, escape(contents));
}

double Scale::operator()(double value) const {
  const double clamped = std::clamp(value, low_, high_);
  const double share = kind_ == Kind::linear ? (clamped - low_) / (high_ - low_)
                                             : std::log(clamped / low_) / std::log(high_ / low_);
  return from_ + share * (to_ - from_);
}

std::vector<double> Scale::ticks(unsigned wanted) const {
  std::vector<double> ticks;
  const auto keep = [&](double value) {
    if (value >= low_ * (1 - 1e-9) && value <= high_ * (1 + 1e-9)) ticks.push_back(value);
  };
  if (kind_ == Kind::linear) {
    const double rough = (high_ - low_) / wanted;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double round : {5.0, 2.0, 1.0}) {
      if (round * power >= rough) step = round * power;
    }
    for (double value = std::ceil(low_ / step) * step; value <= high_ * (1 + 1e-9); value += step) {
      ticks.push_back(value);
    }
    return ticks;
  }
  const double decades = std::log10(high_ / low_);
  for (double power = std::pow(10, std::floor(std::log10(low_))); power <= high_; power *= 10) {
    keep(power);
    if (decades * 3 > wanted) continue;
    keep(2 * power);
    keep(5 * power);
  }
  return ticks;
}

}  // namespace cyclevisor::html
