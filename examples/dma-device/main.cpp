// Lets the mover copy data and code, and shows what a hart sees of another bus master: all of its
// writes at once, in data and in code that it has executed before. A reservation does not survive
// them.
#include <stdint.h>

#include "guests/common/csr.hpp"
#include "models/base/virt_map.h"

namespace {

constexpr uintptr_t mover = 0x10010000;
constexpr unsigned source = 36;
constexpr uintptr_t plic = VIRT_PLIC_BASE;
constexpr uint64_t external = uint64_t{1} << 11;  // mie.MEIE
enum Status : uint32_t { busy, done, error };

volatile uint32_t& word(uintptr_t address) {
  return *reinterpret_cast<volatile uint32_t*>(address);
}
volatile uint64_t& doubleword(uintptr_t address) {
  return *reinterpret_cast<volatile uint64_t*>(address);
}
template <class T>
uintptr_t address_of(T* object) {
  return reinterpret_cast<uintptr_t>(object);
}

void start(uintptr_t from, uintptr_t to, uint32_t bytes) {
  doubleword(mover) = from;
  doubleword(mover + 8) = to;
  asm volatile("fence" ::: "memory");
  word(mover + 16) = bytes;
}
uint32_t status() { return word(mover + 20); }
uint32_t wait() {
  while (status() == busy) {
  }
  asm volatile("fence" ::: "memory");
  return status();
}

constexpr unsigned doublewords = 1024;
uint64_t from[doublewords];
volatile uint64_t to[doublewords];

// Two functions to be copied over a third, each a `li a0, N; ret`. The last one has been executed,
// so that its instructions are in the cache.
constexpr uint32_t return_1[] = {0x00100513, 0x00008067};
constexpr uint32_t return_2[] = {0x00200513, 0x00008067};
uint32_t code[2];

/// Without fence.i, which portable software needs: on this platform a line in the cache is
/// updated.
long call() {
  return reinterpret_cast<long (*)()>(address_of(code))();
}

/// Reads what the mover is writing: with every engine and clocking each load returns the same.
uint64_t race() {
  uint64_t sum = 0;
  start(address_of(from), address_of(to), sizeof from);
  for (unsigned i = 0; status() == busy; i = (i + 37) % doublewords) sum = sum * 3 + to[i];
  return sum;
}

bool reservation_survives(bool written) {
  uint64_t failed;
  constexpr unsigned last = 200;  // the mover comes to it long after the LR
  if (written) start(address_of(from), address_of(to), (last + 1) * sizeof(uint64_t));
  asm volatile(
      "  lr.d t0, (%1)\n"
      "  li t1, 1000\n"  // longer than the copy takes
      "1: addi t1, t1, -1\n"
      "  bnez t1, 1b\n"
      "  sc.d %0, t0, (%1)\n"
      : "=&r"(failed)
      : "r"(to + last)
      : "t0", "t1", "memory");
  wait();
  return failed == 0;
}

}  // namespace

int main() {
  for (unsigned i = 0; i < doublewords; ++i) from[i] = i * 0x0123456789abcdefu;
  to[0] = 1;  // dirty in the data cache
  to[doublewords - 1] = 1;

  // Asleep until the interrupt.
  word(plic + 4 * source) = 1;
  word(plic + 0x2000 + 4 * (source / 32)) = 1u << (source % 32);
  csr_write<csr_mie>(external);
  start(address_of(from), address_of(to), sizeof from);
  asm volatile("wfi");
  if (status() != done) return 1;
  for (unsigned i = 0; i < doublewords; ++i) {
    if (to[i] != from[i]) return 2;
  }
  if (word(plic + 0x200004) != source) return 3;  // claim
  word(mover + 20) = 0;
  word(plic + 0x200004) = source;  // complete
  csr_write<csr_mie>(0);

  start(address_of(return_1), address_of(code), sizeof code);
  if (wait() != done || call() != 1) return 4;
  start(address_of(return_2), address_of(code), sizeof code);
  if (wait() != done || call() != 2) return 5;

  for (unsigned i = 0; i < doublewords; ++i) to[i] = 0;
  if (race() == 0 || wait() != done) return 6;

  if (!reservation_survives(false)) return 7;
  if (reservation_survives(true)) return 8;

  // Neither a device nor nothing at all can be reached.
  start(VIRT_TIMER_BASE, address_of(to), 8);
  if (wait() != error) return 9;
  start(address_of(from), 0x1000, 8);
  return wait() == error ? 0 : 10;
}
