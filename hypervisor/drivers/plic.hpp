// Driver of the physical PLIC: context 0, machine mode of hart 0.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

class PhysicalPlic {
 public:
  PhysicalPlic() = default;
  explicit PhysicalPlic(HostAddress base)
      : registers_(reinterpret_cast<volatile uint8_t*>(base.value)) {}

  /// Lets `source` interrupt.
  void enable(unsigned source) const {
    word(priority + 4 * source) = 1;
    volatile uint32_t& enables = word(enable_bits + source / 32 * 4);
    enables = enables | uint32_t{1} << source % 32;
    word(threshold) = 0;
  }
  /// The source to be served; 0 when there is none.
  unsigned claim() const { return word(claim_complete); }
  void complete(unsigned source) const { word(claim_complete) = source; }

 private:
  static constexpr uint64_t priority = 0;
  static constexpr uint64_t enable_bits = 0x2000;
  static constexpr uint64_t threshold = 0x200000;
  static constexpr uint64_t claim_complete = 0x200004;

  volatile uint32_t& word(uint64_t offset) const {
    return *reinterpret_cast<volatile uint32_t*>(registers_ + offset);
  }

  volatile uint8_t* registers_ = nullptr;
};

}  // namespace cyclevisor::hypervisor
