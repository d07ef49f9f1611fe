// Access to the physical hart's CSRs in machine mode.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

#ifdef __riscv

#define HYPERVISOR_READ_CSR(name)                   \
  ([] {                                             \
    uint64_t value_;                                \
    asm volatile("csrr %0, " #name : "=r"(value_)); \
    return value_;                                  \
  }())
#define HYPERVISOR_WRITE_CSR(name, value) \
  asm volatile("csrw " #name ", %0" : : "r"(uint64_t{value}) : "memory")

/// `mtime` through the `time` CSR: the same value, without a bus access.
inline Ticks physical_time() { return HYPERVISOR_READ_CSR(time); }
inline uint64_t physical_cycles() { return HYPERVISOR_READ_CSR(mcycle); }
inline uint64_t physical_instructions() { return HYPERVISOR_READ_CSR(minstret); }
/// The hart fetches instructions again from memory as it is.
inline void discard_fetched_instructions() { asm volatile("fence.i" : : : "memory"); }

#else

// The unit tests' hart: they define these.
Ticks physical_time();
uint64_t physical_cycles();
uint64_t physical_instructions();
void discard_fetched_instructions();

#endif

}  // namespace cyclevisor::hypervisor
