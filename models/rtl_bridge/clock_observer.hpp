// Seeing every level of the RTL's clock: what a wave writer needs.
#pragma once

#include "models/base/types.hpp"

namespace cyclevisor {

/// Told about every half cycle of the RTL once it is over, with the pins and registers still as
/// they stood in it. The levels of one cycle come in time order: high (`clock_level` true), which
/// begins with the rising edge of `cycle`, then low. Calls never go back in time.
class ClockObserver {
 public:
  virtual ~ClockObserver() = default;
  virtual void half_cycle(Cycle cycle, bool clock_level) = 0;
};

}  // namespace cyclevisor
