// Control and status registers as function templates; the names follow the Zicsr
// pseudo-instructions.
#pragma once

#include <stdint.h>

// Register numbers from the privileged specification, "CSR Listing".
enum Csr : unsigned {
  csr_mstatus = 0x300,
  csr_mie = 0x304,
  csr_mtvec = 0x305,
  csr_mepc = 0x341,
  csr_mcause = 0x342,
  csr_mtval = 0x343,
  csr_mip = 0x344,
};

inline constexpr uint64_t mstatus_mie = uint64_t{1} << 3;
inline constexpr uint64_t mstatus_mpie = uint64_t{1} << 7;
inline constexpr uint64_t mstatus_mpp = uint64_t{3} << 11;
inline constexpr uint64_t mip_mtip = uint64_t{1} << 7;

inline constexpr uint64_t cause_interrupt = uint64_t{1} << 63;
inline constexpr uint64_t cause_machine_timer = cause_interrupt | 7;
inline constexpr uint64_t cause_ecall_from_m = 11;

template <Csr number>
inline uint64_t csr_read() {
  uint64_t value;
  asm volatile("csrr %0, %1" : "=r"(value) : "i"(number) : "memory");
  return value;
}

template <Csr number>
inline void csr_write(uint64_t value) {
  asm volatile("csrw %0, %1" ::"i"(number), "rK"(value) : "memory");
}

template <Csr number>
inline void csr_set(uint64_t bits) {
  asm volatile("csrs %0, %1" ::"i"(number), "rK"(bits) : "memory");
}

template <Csr number>
inline void csr_clear(uint64_t bits) {
  asm volatile("csrc %0, %1" ::"i"(number), "rK"(bits) : "memory");
}

// mstatus.MIE fits the 5-bit immediate, so these two are the single instructions csrrsi and csrrci.
inline void enable_interrupts() { csr_set<csr_mstatus>(mstatus_mie); }
inline void disable_interrupts() { csr_clear<csr_mstatus>(mstatus_mie); }

// While one lives, no interrupt is taken. Not for nesting: the end always enables interrupts.
class CriticalSection {
 public:
  CriticalSection() { disable_interrupts(); }
  ~CriticalSection() { enable_interrupts(); }
  CriticalSection(const CriticalSection&) = delete;
  CriticalSection& operator=(const CriticalSection&) = delete;
};
