// Driver of the test finisher (`sifive,test1`), which ends the run.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

class PhysicalFinisher {
 public:
  PhysicalFinisher() = default;
  explicit PhysicalFinisher(HostAddress base)
      : register_(reinterpret_cast<volatile uint32_t*>(base.value)) {}

  void pass() const { *register_ = 0x5555; }
  void fail(uint16_t code) const { *register_ = uint32_t{code} << 16 | 0x3333; }

 private:
  volatile uint32_t* register_ = nullptr;
};

}  // namespace cyclevisor::hypervisor
