// Physical memory attributes of the platform, which the hart's pipeline needs before it accesses
// the bus.
#pragma once

#include <cstdint>
#include <vector>

#include "models/bus/bus.hpp"
#include "models/timing/memory_map.hpp"

namespace cyclevisor {

/// Main memory permits everything. A device permits loads and stores of any size, and may still
/// refuse one itself. Fetches are permitted in main memory only, as on QEMU's `virt`.
class PlatformMemoryMap final : public MemoryMap {
 public:
  /// `devices` are the bus windows other than main memory.
  PlatformMemoryMap(PhysicalAddress memory, std::uint64_t bytes, std::vector<BusWindow> devices);

  MemoryAttributes attributes(PhysicalAddress address) const override;

 private:
  PhysicalAddress memory_;
  std::uint64_t bytes_;
  std::vector<BusWindow> devices_;
};

}  // namespace cyclevisor
