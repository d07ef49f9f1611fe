// Observes every level of the RTL's clock, as a wave writer needs.
#pragma once

#include "models/base/types.hpp"

namespace cyclevisor {

/// Called at the end of every half cycle of the RTL, with the pins and registers still at their
/// values of that half cycle. The levels of one cycle come in time order: high (`clock_level`
/// true), which begins with the rising edge of `cycle`, then low. Calls never go back in time.
class ClockObserver {
 public:
  virtual ~ClockObserver() = default;
  virtual void half_cycle(Cycle cycle, bool clock_level) = 0;
};

}  // namespace cyclevisor
