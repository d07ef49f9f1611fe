// How a debugger stops a CPU between two instructions without changing a single cycle of its run.
#pragma once

#include "models/base/types.hpp"

namespace cyclevisor {

/// Asked by the CPU between instructions, when the RTL and the kernel have reached the hart's
/// cycle.
class ExecutionControl {
 public:
  virtual ~ExecutionControl() = default;

  /// May look at everything and change registers and memory; blocking here stops simulated time.
  /// The hart works out the cycles before the one returned, which must lie after `now`, and then
  /// comes back; it may come back earlier. A hart retires at most one instruction or takes one trap
  /// in a cycle, so `now` + 1 is single-stepping.
  virtual Cycle control(Cycle now) = 0;
};

}  // namespace cyclevisor
