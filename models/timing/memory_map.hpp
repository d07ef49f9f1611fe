// Physical memory attributes ("Physical Memory Attributes" of the privileged specification). A
// platform implements this for its memory map.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"

namespace cyclevisor {

struct MemoryAttributes {
  bool cacheable = false;
  bool readable = false;
  bool writable = false;
  bool executable = false;
  /// The location answers fetches, also those that are not permitted and so never execute;
  /// otherwise such a fetch reads zero.
  bool answers_fetch = false;
  /// LR, SC, AMO. Page tables are possible only where this and `readable` hold.
  bool atomic = false;
  /// Permitted sizes of loads and stores: the sum of 1, 2, 4, 8 bytes.
  unsigned sizes = 0;
};

class MemoryMap {
 public:
  virtual ~MemoryMap() = default;
  /// Attributes of the byte at the address; none are set where nothing is mapped.
  virtual MemoryAttributes attributes(PhysicalAddress address) const = 0;
};

}  // namespace cyclevisor
