#include "platform/soc/memory_map.hpp"

#include <utility>

namespace cyclevisor {
namespace {

constexpr unsigned all_sizes = 1 + 2 + 4 + 8;

}  // namespace

PlatformMemoryMap::PlatformMemoryMap(PhysicalAddress memory, std::uint64_t bytes,
                                     std::vector<BusWindow> devices)
    : memory_(memory), bytes_(bytes), devices_(std::move(devices)) {}

MemoryAttributes PlatformMemoryMap::attributes(PhysicalAddress address) const {
  MemoryAttributes result;
  if (address.value - memory_.value < bytes_) {
    result.cacheable = result.readable = result.writable = result.executable = true;
    result.answers_fetch = result.atomic = true;
    result.sizes = all_sizes;
    return result;
  }
  for (const BusWindow& window : devices_) {
    if (address.value - window.first.value >= window.bytes) continue;
    result.readable = result.writable = true;
    result.sizes = all_sizes;
  }
  return result;
}

}  // namespace cyclevisor
