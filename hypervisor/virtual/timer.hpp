// A VM's timer: the registers `mtime` and `mtimecmp` as its guest sees them, and the level of its
// MTIP. The physical comparator is another subject: core/timer_multiplexer.hpp.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

/// The timer of one VM. It goes on while the VM does not run: virtual `mtime` is the physical one
/// plus an offset that only the guest's own writes to `mtime` change. All arithmetic is modulo
/// 2^64, as the registers are. `now` is always the physical `mtime`.
class VirtualTimer {
 public:
  Ticks time(Ticks now) const { return now + offset_; }
  Ticks compare() const { return compare_; }

  void set_time(Ticks value, Ticks now) { offset_ = value - now; }
  void set_compare(Ticks value) { compare_ = value; }

  /// MTIP is a level: mtime >= mtimecmp, unsigned (privileged specification, "Machine Timer
  /// Registers"). It is never stored, so no write can leave it stale.
  bool pending(Ticks now) const { return time(now) >= compare_; }

  /// The physical `mtime` at which the level of MTIP changes next if the guest writes nothing:
  /// when it rises, or, while it is high, when virtual `mtime` wraps to zero. `never` when that
  /// lies beyond the physical timer's range.
  Ticks next_change(Ticks now) const {
    if (compare_ == 0) return never;  // high for ever
    const Ticks distance = pending(now) ? 0 - time(now) : compare_ - time(now);
    const bool in_range = distance <= never - now;
    return in_range ? now + distance : never;
  }

 private:
  Ticks offset_ = 0;
  Ticks compare_ = never;  // reset leaves no interrupt pending
};

}  // namespace cyclevisor::hypervisor
