// Code that somebody who listens does not tell apart.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"

namespace cyclevisor {

struct CodeRegion {
  using Number = std::uint32_t;

  VirtualAddress first;
  std::uint64_t bytes = 0;
  Number number = 0;  ///< the listener's own, below `max_number`; several pieces may have the same

  static constexpr Number max_number = 1 << 30;

  bool holds(VirtualAddress pc) const { return pc.value - first.value < bytes; }
};

/// Instructions of regions with this number retired one behind the other, the
/// last of them in cycle `until`.
struct Stay {
  CodeRegion::Number region = 0;
  Cycle until;
};

}  // namespace cyclevisor
