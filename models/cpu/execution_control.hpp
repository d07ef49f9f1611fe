// Lets a debugger stop a CPU between two instructions without changing the run in any cycle.
#pragma once

#include "models/base/types.hpp"

namespace cyclevisor {

/// Called by the CPU between instructions, when the RTL and the kernel have reached the hart's
/// cycle.
class ExecutionControl {
 public:
  virtual ~ExecutionControl() = default;

  /// May inspect everything and change registers and memory; blocking here stops simulated time.
  /// The hart simulates the cycles before the returned one, which must be after `now`; then the CPU
  /// calls again, or earlier. A hart retires at most one instruction or takes one trap in a cycle,
  /// so `now` + 1 is single-stepping.
  virtual Cycle control(Cycle now) = 0;
};

}  // namespace cyclevisor
