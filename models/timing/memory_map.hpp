// Physical memory attributes: what may be done where ("Physical Memory Attributes" of the
// privileged specification). A platform implements it for its memory map.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"

namespace cyclevisor {

struct MemoryAttributes {
  bool cacheable = false;
  bool readable = false;
  bool writable = false;
  bool executable = false;
  /// What lies there answers to a fetch, also to one that is not permitted and so is never
  /// executed; otherwise such a fetch reads zero.
  bool answers_fetch = false;
  /// LR, SC, AMO; page tables lie only where this and `readable` hold.
  bool atomic = false;
  /// Sizes of loads and stores that are permitted: the sum of 1, 2, 4, 8 bytes.
  unsigned sizes = 0;
};

class MemoryMap {
 public:
  virtual ~MemoryMap() = default;
  /// Attributes of the byte at the address; where there is nothing, none are set.
  virtual MemoryAttributes attributes(PhysicalAddress address) const = 0;
};

}  // namespace cyclevisor
