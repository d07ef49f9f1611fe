// The machine timer in the CLINT layout, reached by ordinary loads and stores.
// Time is in ticks of mtime, 10 MHz on this board: 10 ticks are one microsecond.
#pragma once

#include <stdint.h>

#include "models/base/virt_map.h"

namespace timer {

inline constexpr uintptr_t base = VIRT_TIMER_BASE;
inline constexpr uint64_t never = ~uint64_t{0};  // the one deadline that is not reached

template <typename Width>
inline volatile Width& reg(uintptr_t offset) {
  return *reinterpret_cast<volatile Width*>(base + offset);
}

inline uint64_t mtime() { return reg<uint64_t>(VIRT_TIMER_MTIME); }
inline void set_mtime(uint64_t time) { reg<uint64_t>(VIRT_TIMER_MTIME) = time; }
inline uint64_t mtimecmp() { return reg<uint64_t>(VIRT_TIMER_MTIMECMP); }
inline void set_mtimecmp(uint64_t deadline) { reg<uint64_t>(VIRT_TIMER_MTIMECMP) = deadline; }

// The same as a 32-bit system does it. Privileged specification, "Machine Timer Registers": the low
// half is held at its maximum while the high half changes, so that no deadline in between is early.
inline void set_mtimecmp_in_halves(uint64_t deadline) {
  reg<uint32_t>(VIRT_TIMER_MTIMECMP) = ~uint32_t{0};
  reg<uint32_t>(VIRT_TIMER_MTIMECMP + 4) = static_cast<uint32_t>(deadline >> 32);
  reg<uint32_t>(VIRT_TIMER_MTIMECMP) = static_cast<uint32_t>(deadline);
}

inline uint64_t mtimecmp_in_halves() {
  const uint64_t high = reg<uint32_t>(VIRT_TIMER_MTIMECMP + 4);
  return high << 32 | reg<uint32_t>(VIRT_TIMER_MTIMECMP);
}

// High, low, high: a carry between the two halves shows as a changed high half.
inline uint64_t mtime_in_halves() {
  for (;;) {
    const uint32_t high = reg<uint32_t>(VIRT_TIMER_MTIME + 4);
    const uint32_t low = reg<uint32_t>(VIRT_TIMER_MTIME);
    if (reg<uint32_t>(VIRT_TIMER_MTIME + 4) == high) return uint64_t{high} << 32 | low;
  }
}

}  // namespace timer
