#include "guests/common/finish.hpp"
#include "guests/common/timer.hpp"
#include "guests/hostile/attacks.hpp"
#include "guests/hostile/encode.hpp"
#include "guests/hostile/guarded.hpp"
#include "models/base/virt_map.h"

namespace {

enum class Kind { load, store, amo, store_conditional };  // lr is a load

struct Access {
  uint32_t instruction;
  Kind kind;
};

constexpr Access all_accesses[] = {
    {load(byte), Kind::load},
    {load(half), Kind::load},
    {load(word), Kind::load},
    {load(doubleword), Kind::load},
    {load(byte_unsigned), Kind::load},
    {load(half_unsigned), Kind::load},
    {load(word_unsigned), Kind::load},
    {store(byte), Kind::store},
    {store(half), Kind::store},
    {store(word), Kind::store},
    {store(doubleword), Kind::store},
    {atomic(lr, word), Kind::load},
    {atomic(lr, doubleword), Kind::load},
    {atomic(sc, doubleword), Kind::store_conditional},
    {atomic(amoadd, word), Kind::amo},
    {atomic(amoswap, doubleword), Kind::amo},
    {atomic(amoor, doubleword), Kind::amo},
    {compressed_pair(compressed_access(2), c_ebreak), Kind::load},   // c.lw
    {compressed_pair(compressed_access(3), c_ebreak), Kind::load},   // c.ld
    {compressed_pair(compressed_access(6), c_ebreak), Kind::store},  // c.sw
    {compressed_pair(compressed_access(7), c_ebreak), Kind::store},  // c.sd
};

constexpr Access few_accesses[] = {
    {load(byte_unsigned), Kind::load},
    {load(doubleword), Kind::load},
    {store(doubleword), Kind::store},
    {atomic(amoadd, doubleword), Kind::amo},
};

constexpr uint64_t console_page = VIRT_UART_BASE;
constexpr uint64_t own_memory = VIRT_DRAM_BASE;

// Where a guest that runs alone would harm itself: its console and its program.
bool is_own(uint64_t address) {
  return address >> 8 == console_page >> 8 || (address >= own_memory && address < own_memory_end);
}

enum class Nothing { perhaps, surely };  // whether something can answer at an address

// Paging is off as far as this guest can know, so a page fault is never an answer.
void check_access(const Outcome& outcome, uint64_t address, Kind kind, Nothing nothing) {
  if (outcome.mcause == cause_breakpoint) {
    // Without a reservation, sc may fail before it looks at the address.
    if (nothing == Nothing::surely && kind != Kind::store_conditional) {
      fail(hostile_no_fault, "access to nothing", address, outcome.mcause);
    }
    return;
  }
  const bool as_load = outcome.mcause == cause_load_access_fault ||  //
                       outcome.mcause == cause_load_misaligned;
  const bool as_store =
      outcome.mcause == cause_store_access_fault || outcome.mcause == cause_store_misaligned;
  // An AMO faults as a store (privileged specification, "Machine Cause Register"); QEMU 7.2 reports
  // the load that it begins with.
  if (!(as_load && (kind == Kind::load || kind == Kind::amo)) &&
      !(as_store && kind != Kind::load)) {
    fail(hostile_wrong_cause, "mcause of an access", outcome.mcause, address);
  }
  // A misaligned access may fault in its second part; QEMU 7.2 begins it at the aligned address.
  const uint64_t lowest = address & ~uint64_t{7};
  if (outcome.mtval - lowest >= 16) {
    fail(hostile_wrong_address, "mtval of an access", outcome.mtval, address);
  }
  if (outcome.mepc != arena_code) {
    fail(hostile_wrong_address, "mepc of an access", outcome.mepc, arena_code);
  }
}

template <size_t count>
void try_accesses(const Access (&accesses)[count], uint64_t address, Nothing nothing) {
  for (const Access& access : accesses) {
    if (access.kind != Kind::load && is_own(address)) continue;
    const Outcome outcome = attempt(&access.instruction, 1, Mode::machine, address);
    check_access(outcome, address, access.kind, nothing);
  }
}

// What a device answers to a fetch may look like an instruction; anything may follow from it.
void try_fetch(uint64_t address, Mode mode, Nothing nothing) {
  const Outcome outcome = attempt_at(address, mode, 0, Interrupts::off);
  if (nothing == Nothing::surely &&
      (outcome.mcause != cause_instruction_access_fault || outcome.mepc != (address & ~1ull))) {
    fail(hostile_no_fault, "fetch from nothing", outcome.mepc, address);
  }
}

struct Place {
  uint64_t address;
  Nothing nothing;
};

constexpr Place places[] = {
    {0x0, Nothing::perhaps},
    {VIRT_FINISHER_BASE, Nothing::perhaps},  // finisher; the data is no word that it knows
    {VIRT_TIMER_BASE, Nothing::perhaps},     // timer: msip, mtimecmp, mtime
    {VIRT_TIMER_BASE + VIRT_TIMER_MTIMECMP, Nothing::perhaps},
    {VIRT_TIMER_BASE + VIRT_TIMER_MTIMECMP + 4, Nothing::perhaps},
    {VIRT_TIMER_BASE + VIRT_TIMER_MTIME, Nothing::perhaps},
    {0x02020000, Nothing::surely},
    {VIRT_PLIC_BASE, Nothing::perhaps},                    // PLIC
    {VIRT_UART_BASE + VIRT_UART_BYTES, Nothing::perhaps},  // the UARTs of others
    {VIRT_UART_BASE + 2 * VIRT_UART_BYTES, Nothing::perhaps},
    {VIRT_UART_BASE + 3 * VIRT_UART_BYTES, Nothing::perhaps},
    {0x18000000, Nothing::surely},
    {0x7ffffff8, Nothing::perhaps},  // before and after DRAM
    {0x81000000, Nothing::perhaps},
    {0x82000000, Nothing::perhaps},
    {0x83000000, Nothing::perhaps},
    {0x87fffff8, Nothing::perhaps},
    {0x0000004000000000, Nothing::surely},  // not canonical in Sv39
    {0x0000008080000000, Nothing::surely},
    {0xffffffc000000000, Nothing::surely},
    {0xffffffff80000000, Nothing::surely},
    {0xfffffffffffffff8, Nothing::surely},
};

}  // namespace

void attack_addresses() {
  for (const Place& place : places) try_accesses(all_accesses, place.address, place.nothing);

  // The whole address space: every power of two, the last doubleword before it, and this guest's
  // memory with one more address bit set. The board ends below 2^37.
  for (unsigned bit = 12; bit != 64; ++bit) {
    const uint64_t power = uint64_t{1} << bit;
    const Nothing nothing = bit > 36 ? Nothing::surely : Nothing::perhaps;
    try_accesses(few_accesses, power, nothing);
    try_accesses(few_accesses, power - 8, bit > 37 ? Nothing::surely : Nothing::perhaps);
    try_accesses(few_accesses, power + own_memory, nothing);
    const bool is_reset_vector = bit == 12;  // running alone, that would start all over
    if (!is_reset_vector && !is_own(power)) {
      try_fetch(power, Mode::machine, nothing);
    }
    if (!is_own(power + own_memory)) try_fetch(power + own_memory + 2, Mode::user, nothing);
  }
  for (const Place& place : places) {
    try_fetch(place.address, Mode::user, place.nothing);
    try_fetch(place.address + 2, Mode::user, place.nothing);
  }
  reset_timer();
}

void attack_alignment() {
  constexpr uint64_t bases[] = {
      arena_data - 8,                     // across a page's end
      0x80fffff8,                         // across the end of a small DRAM
      0x87fffff8,                         // across the end of a large one
      timer::base + VIRT_TIMER_MTIMECMP,  // mtimecmp
      timer::base + VIRT_TIMER_MTIME,     // mtime
      0xfffffffffffffff0,                 // across the end of the address space
  };
  for (const uint64_t base : bases) {
    for (unsigned offset = 1; offset != 8; ++offset) {
      for (const Access& access : all_accesses) {
        const Outcome outcome = attempt(&access.instruction, 1, Mode::machine, base + offset);
        check_access(outcome, base + offset, access.kind, Nothing::perhaps);
      }
    }
  }
  reset_timer();

  // Jumps to odd addresses: bit 0 is cleared (unprivileged specification, JALR), bit 1 is legal.
  constexpr uint32_t jump[] = {0x00058067};  // jalr x0, 0(a1)
  for (unsigned offset = 0; offset != 4; ++offset) {
    const Outcome outcome = attempt(jump, Mode::machine, arena_landing + offset);
    const uint64_t target = (arena_landing + offset) & ~uint64_t{1};
    if (outcome.mcause != cause_breakpoint || outcome.mepc != target) {
      fail(hostile_wrong_address, "mepc of a jump", outcome.mepc, target);
    }
  }

  // An instruction whose second half lies behind the end of a small DRAM.
  constexpr uint64_t last_halfword = 0x80fffffe;
  constexpr uint32_t put_half_of_nop[] = {
      0x01300513,  // li a0, 0x13
      store(half),
  };
  attempt(put_half_of_nop, Mode::machine, last_halfword);
  asm volatile("fence.i" ::: "memory");
  attempt_at(last_halfword, Mode::user, 0, Interrupts::off);
  attempt_at(last_halfword, Mode::machine, 0, Interrupts::off);
}
