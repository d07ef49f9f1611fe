// Main memory as lines are refilled and page tables are read from it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "models/hart/execute/memory_unit.hpp"

namespace cyclevisor {

/// Reads `count` bytes at a physical address. Bytes that are not in main memory read as zero.
inline void read_main_memory(MemoryUnit& memory, std::uint64_t address, std::byte* bytes,
                             unsigned count) {
  constexpr unsigned piece = 8;
  if (const std::byte* host = memory.direct(PhysicalAddress(address), count, AccessType::load)) {
    std::memcpy(bytes, host, count);
  } else if (count <= piece) {
    std::memset(bytes, 0, count);
  } else {
    // Main memory may end inside the range.
    for (unsigned i = 0; i < count; i += piece) {
      read_main_memory(memory, address + i, bytes + i, std::min(piece, count - i));
    }
  }
}

}  // namespace cyclevisor
