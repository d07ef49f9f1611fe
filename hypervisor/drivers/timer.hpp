// Driver of the physical timer: the one comparator that all VMs share.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

class PhysicalTimer {
 public:
  PhysicalTimer() = default;
  /// `base` is that of the CLINT register layout: mtimecmp of hart 0 lies at +0x4000.
  explicit PhysicalTimer(HostAddress base)
      : compare_(reinterpret_cast<volatile uint64_t*>(base.value + 0x4000)) {}

  /// The comparator's present value.
  Ticks armed() const { return armed_; }

  /// As if the comparator's moment had come: resume_guest goes to the scheduler, which arms it
  /// anew.
  void make_due() { armed_ = 0; }

  /// Programs the comparator; `never` disarms it. The device is accessed only for a new value.
  void arm(Ticks deadline) {
    if (deadline == armed_) return;
    armed_ = deadline;
    *compare_ = deadline;
  }

 private:
  volatile uint64_t* compare_ = nullptr;
  Ticks armed_ = 0;  // whatever reset left there, the first arm() replaces it
};

}  // namespace cyclevisor::hypervisor
