// Regions of code, as a sink defines them, in which it does not distinguish single instructions.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"

namespace cyclevisor {

struct CodeRegion {
  using Number = std::uint32_t;

  VirtualAddress first;
  std::uint64_t bytes = 0;
  Number number =
      0;  ///< chosen by the sink, below `max_number`; several address ranges may have the same

  static constexpr Number max_number = 1 << 30;

  bool holds(VirtualAddress pc) const { return pc.value - first.value < bytes; }
};

/// A visit to a code region: instructions of regions with this number retired back to back, the
/// last of them in cycle `until`.
struct RegionVisit {
  CodeRegion::Number region = 0;
  Cycle until;
};

}  // namespace cyclevisor
