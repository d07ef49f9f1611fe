// Random guests that live off their timer: every way of programming it, at every distance from the
// deadline, between instructions of all kinds.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/system/differential/random.hpp"

namespace cyclevisor::equality {

/// How far away deadlines are, in counts of `mtime`.
struct TimerDistances {
  std::uint64_t sweep = 64;   ///< deadlines are moved from 0 to this, one count at a time
  std::uint64_t pause = 500;  ///< what a handler leaves until the next interrupt, at least
};

/// An image for 0x8000_0000 that runs in M-mode, natively or in a VM, and ends through the finisher
/// unless its own doings keep it from getting there.
std::vector<std::uint8_t> timer_program(differential::Random& random,
                                        const TimerDistances& distances);

}  // namespace cyclevisor::equality
