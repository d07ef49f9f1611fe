// A guest's timer and finisher in the memory map of QEMU `virt`.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/virt_map.hpp"

namespace cyclevisor {

/// The registers of the timer (ACLINT specification: MSWI and MTIMER of hart 0).
enum class GuestTimerRegister : std::uint8_t { msip, mtimecmp, mtime };

/// Bytes within one register of the timer.
struct TimerLocation {
  GuestTimerRegister reg = GuestTimerRegister::mtimecmp;
  unsigned offset = 0;  ///< first byte within the register
};

/// The register that holds the bytes [address, address + bytes); nothing unless one holds all.
constexpr std::optional<TimerLocation> timer_location(std::uint64_t address, unsigned bytes) {
  struct Row {
    GuestTimerRegister reg;
    std::uint64_t first;
    unsigned size;
  };
  constexpr Row rows[] = {
      {GuestTimerRegister::msip, virt::msip_offset, 4},
      {GuestTimerRegister::mtimecmp, virt::mtimecmp_offset, 8},
      {GuestTimerRegister::mtime, virt::mtime_offset, 8},
  };
  const std::uint64_t offset = address - virt::timer_base;
  for (const Row& row : rows) {
    const std::uint64_t end = row.first + row.size;
    if (offset >= row.first && offset < end && bytes <= end - offset) {
      return TimerLocation{row.reg, static_cast<unsigned>(offset - row.first)};
    }
  }
  return std::nullopt;
}

/// The low `bytes` (1..8) bytes of `value`.
constexpr std::uint64_t low_bytes(std::uint64_t value, unsigned bytes) {
  return bytes >= 8 ? value : value & ((std::uint64_t{1} << (8 * bytes)) - 1);
}

/// `old` with `bytes` bytes from `offset` on replaced by those of `value`.
constexpr std::uint64_t replace_bytes(std::uint64_t old, unsigned offset, unsigned bytes,
                                      std::uint64_t value) {
  const std::uint64_t mask = low_bytes(~std::uint64_t{0}, bytes) << (8 * offset);
  return (old & ~mask) | ((value << (8 * offset)) & mask);
}

/// `bytes` bytes of `value` from `offset` on.
constexpr std::uint64_t extract_bytes(std::uint64_t value, unsigned offset, unsigned bytes) {
  return low_bytes(value >> (8 * offset), bytes);
}

}  // namespace cyclevisor
