// What may be done where on the platform, as the hart's pipeline has to know it before it asks the
// bus.
#pragma once

#include <cstdint>
#include <vector>

#include "models/bus/bus.hpp"
#include "models/timing/memory_map.hpp"

namespace cyclevisor {

/// Main memory permits everything; a device loads and stores of any size, which it may refuse
/// itself. Fetches go to main memory only, as on QEMU's `virt`.
class PlatformMemoryMap final : public MemoryMap {
 public:
  /// `devices` are the windows of the bus that are not main memory.
  PlatformMemoryMap(PhysicalAddress memory, std::uint64_t bytes, std::vector<BusWindow> devices);

  MemoryAttributes attributes(PhysicalAddress address) const override;

 private:
  PhysicalAddress memory_;
  std::uint64_t bytes_;
  std::vector<BusWindow> devices_;
};

}  // namespace cyclevisor
