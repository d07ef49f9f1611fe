// Plain instructions of which only the places are known.
#pragma once

#include <cstddef>
#include <cstdint>

#include "models/base/types.hpp"

namespace cyclevisor {

/// Plain instructions (RetireSpan) that lie one behind the other in memory and retired one behind
/// the other. Never empty.
class StraightRun {
 public:
  /// An instruction: bytes and cycles counted from the run's base.
  struct Step {
    std::uint16_t place = 0;
    std::uint16_t cycle = 0;
  };
  struct Place {
    Cycle cycle;  ///< in which it retired
    VirtualAddress pc;
  };

  StraightRun(Cycle base, VirtualAddress pc, const Step* steps, std::size_t count)
      : base_(base), pc_(pc), steps_(steps), count_(count) {}

  std::size_t size() const { return count_; }
  Place operator[](std::size_t index) const {
    const Step& step = steps_[index];
    return {base_ + Cycle(step.cycle), VirtualAddress(pc_.value + step.place)};
  }
  Place front() const { return (*this)[0]; }
  Place back() const { return (*this)[count_ - 1]; }

 private:
  Cycle base_;
  VirtualAddress pc_;
  const Step* steps_;
  std::size_t count_;
};

}  // namespace cyclevisor
