// The platform's `mtime` as a function of the cycle, and its inverse.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"

namespace cyclevisor {

/// mtime(c) = floor(c / prescale) + shift, modulo 2^64. The shift is 0 until software writes
/// `mtime`.
class MachineClock {
 public:
  explicit MachineClock(unsigned prescale) : prescale_(prescale) {}

  std::uint64_t mtime(Cycle at) const { return at.value / prescale_ + shift_; }

  /// Software made `mtime` read `value` in cycle `at`.
  void write(Cycle at, std::uint64_t value) { shift_ = value - at.value / prescale_; }

  /// The first cycle c >= `from` with mtime(c) + offset >= target, unsigned 64 bit, if `mtime` does
  /// not wrap before; never() if that is beyond the last cycle.
  Cycle reached(std::uint64_t target, std::uint64_t offset, Cycle from) const {
    const std::uint64_t now = mtime(from) + offset;
    if (now >= target) return from;
    return after(from, target - now);
  }

  /// The first cycle after `from` in which mtime + offset has wrapped to 0; never() if that is
  /// beyond the last cycle.
  Cycle wraps(std::uint64_t offset, Cycle from) const {
    const std::uint64_t now = mtime(from) + offset;
    return now == 0 ? Cycle::never() : after(from, 0 - now);
  }

 private:
  /// The first cycle of the tick that is `ticks` after the one of `from`.
  Cycle after(Cycle from, std::uint64_t ticks) const {
    const std::uint64_t tick = from.value / prescale_;
    if (ticks >= Cycle::never().value / prescale_ - tick) return Cycle::never();
    return Cycle((tick + ticks) * prescale_);
  }

  unsigned prescale_;
  std::uint64_t shift_ = 0;
};

}  // namespace cyclevisor
