// Drawing in SVG, and the scales of charts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cyclevisor::html {

enum class Anchor : std::uint8_t { start, middle, end };

/// How a drawing is fitted into a space of another shape on the page.
enum class Fit : std::uint8_t { keep_shape, stretch };

/// One drawing. Colours and strokes come from the classes in report.css; texts are escaped.
class Svg {
 public:
  /// `label` describes the picture in words; `css_class` is for the page.
  Svg(double width, double height, const std::string& label, const std::string& css_class,
      Fit fit = Fit::keep_shape);

  /// `tip` is shown when the pointer rests on it; may be empty.
  void rect(double x, double y, double width, double height, const std::string& css_class,
            const std::string& tip = {});
  void line(double x1, double y1, double x2, double y2, const std::string& css_class);
  /// `points` are x, y in turn.
  void polyline(const std::vector<double>& points, const std::string& css_class);
  void circle(double x, double y, double radius, const std::string& css_class,
              const std::string& tip = {});
  void text(double x, double y, Anchor anchor, const std::string& contents,
            const std::string& css_class);

  std::string str() const { return contents_ + "</svg>\n"; }

 private:
  std::string contents_;
};

/// Maps values to a coordinate.
class Scale {
 public:
  enum class Kind : std::uint8_t { linear, logarithmic };

  /// `low` < `high`; for a logarithmic scale both above 0.
  Scale(Kind kind, double low, double high, double from, double to)
      : kind_(kind), low_(low), high_(high), from_(from), to_(to) {}

  double operator()(double value) const;
  /// Round values within the range, about `wanted` of them (logarithmic: the powers of ten, with 2
  /// and 5 times them when those are few).
  std::vector<double> ticks(unsigned wanted) const;

 private:
  Kind kind_;
  double low_;
  double high_;
  double from_;
  double to_;
};

}  // namespace cyclevisor::html
