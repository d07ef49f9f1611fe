// Driver of the physical timer: the one comparator that all VMs share.
#pragma once

#include "hypervisor/base/types.hpp"
#include "models/base/virt_map.hpp"

namespace cyclevisor::hypervisor {

class PhysicalTimer {
 public:
  PhysicalTimer() = default;
  /// `base` is that of the CLINT register layout: mtimecmp of hart 0 is at
  /// virt::mtimecmp_offset.
  explicit PhysicalTimer(HostAddress base)
      : compare_(reinterpret_cast<volatile uint64_t*>(base.value + virt::mtimecmp_offset)) {}

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
