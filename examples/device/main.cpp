// Uses the countdown: starts it, sleeps in WFI until the PLIC passes its interrupt on, and checks
// how long that took.
#include <stdint.h>

#include "guests/common/csr.hpp"
#include "models/base/virt_map.h"

namespace {

volatile uint32_t& word(uintptr_t address) {
  return *reinterpret_cast<volatile uint32_t*>(address);
}

constexpr uintptr_t cycles = 0x10010000;
constexpr uintptr_t status = 0x10010004;
constexpr unsigned source = 36;
constexpr uintptr_t plic = VIRT_PLIC_BASE;
constexpr uint64_t external = uint64_t{1} << 11;  // mie.MEIE, mip.MEIP

uint64_t clock() {
  uint64_t value;
  asm volatile("csrr %0, mcycle" : "=r"(value)::"memory");
  return value;
}

}  // namespace

int main() {
  word(plic + 4 * source) = 1;                                    // priority
  word(plic + 0x2000 + 4 * (source / 32)) = 1u << (source % 32);  // enabled for M-mode
  csr_write<csr_mie>(external);

  const uint64_t started = clock();
  word(cycles) = 500;
  asm volatile("wfi");
  const uint64_t waited = clock() - started;
  if (word(status) != 1) return 1;
  if (waited < 5000 || waited > 5200) return 2;   // 500 cycles, scaled by 10
  if (word(plic + 0x200004) != source) return 3;  // claim
  word(status) = 0;
  word(plic + 0x200004) = source;  // complete
  if ((csr_read<csr_mip>() & external) != 0) return 4;
  return word(cycles) == 500 ? 0 : 5;
}
