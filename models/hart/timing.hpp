// The one interface through which cycles are charged. Architecture (Core) says what happened; a
// timing model says in which cycles.
//
// An instruction is in the memory stage from `enter` to `leave`; all its effects happen there. The
// cycle that `leave` returns is the one in which it commits.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"
#include "models/hart/core.hpp"
#include "models/hart/isa/instruction.hpp"
#include "models/hart/memory_unit.hpp"

namespace cyclevisor {

class TimingModel {
 public:
  virtual ~TimingModel() = default;

  /// The memory-stage cycle of the first instruction when reset is released in cycle `released`.
  virtual Cycle reset(Cycle released) = 0;

  /// The first memory-stage cycle of an instruction that could be there in cycle `earliest` if
  /// nothing held it back. `divisor` is the value of its rs2.
  virtual Cycle enter(const Instruction& instruction, Cycle earliest, std::uint64_t divisor) = 0;

  /// The last memory-stage cycle of an instruction that entered in cycle `entered`.
  virtual Cycle leave(Cycle entered, const AccessTiming& access) = 0;

  /// The earliest memory-stage cycle of what follows an instruction that committed in `commit`.
  virtual Cycle after(const Instruction& instruction, Cycle commit, Step step) = 0;

  /// The earliest memory-stage cycle of a trap handler's first instruction.
  virtual Cycle after_trap(Cycle taken) = 0;
};

}  // namespace cyclevisor
