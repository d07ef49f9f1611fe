// Landmarks: places in the programs of a run that the user has named, and the intervals between
// them (docs/landmarks.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/base/types.hpp"

namespace cyclevisor {

/// A comparison of an integer register with a number. The order is that of the texts.
struct RegisterCondition {
  enum class Is : std::uint8_t { equal, unequal, at_most, at_least, less, greater };

  unsigned number = 0;  ///< of x0 to x31
  Is is = Is::equal;
  std::uint64_t value = 0;

  /// Unsigned.
  bool holds(std::uint64_t x) const {
    switch (is) {
      case Is::equal:
        return x == value;
      case Is::unequal:
        return x != value;
      case Is::at_most:
        return x <= value;
      case Is::at_least:
        return x >= value;
      case Is::less:
        return x < value;
      case Is::greater:
        return x > value;
    }
    return false;
  }
};
inline constexpr std::array<std::string_view, 6> condition_texts = {"==", "!=", "<=",
                                                                    ">=", "<",  ">"};

struct Landmark {
  std::string name;
  unsigned vm = 0;  ///< 0: the hypervisor, or the firmware
  VirtualAddress at;
  std::optional<RegisterCondition> when;
};

struct Interval {
  std::string name;
  std::size_t from = 0;  ///< index of the landmark
  std::size_t to = 0;
  std::optional<std::uint64_t> max;  ///< in cycles
};

/// The hart has reached a landmark.
struct LandmarkHit {
  std::size_t landmark = 0;  ///< its index in ObservedPlatform::landmarks
  Cycle cycle;
};

}  // namespace cyclevisor
