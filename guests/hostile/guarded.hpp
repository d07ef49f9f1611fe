// Runs code that is likely to trap, and comes back in any case.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "guests/common/csr.hpp"

// mstatus.MPP: the mode that mret enters.
enum class Mode : uint64_t { user = 0, supervisor = 1, reserved = 2, machine = 3 };

// How an attempt ended: with the trap that these CSRs describe. An attempt that meets no other trap
// ends at the ebreak behind it.
struct Outcome {
  uint64_t mcause;
  uint64_t mepc;
  uint64_t mtval;
};

enum Cause : uint64_t {
  cause_instruction_access_fault = 1,
  cause_illegal_instruction = 2,
  cause_breakpoint = 3,
  cause_load_misaligned = 4,
  cause_load_access_fault = 5,
  cause_store_misaligned = 6,
  cause_store_access_fault = 7,
  cause_ecall_from_u = 8,
  cause_machine_software = cause_interrupt | 3,
};

// The arena: memory of this guest, far from its program, where attempted code lies and where its
// registers point to. No relative jump or store with an immediate offset leads out of it.
inline constexpr uintptr_t arena_code = 0x80500000;
inline constexpr uintptr_t arena_data = 0x80510000;  // 4 KiB around this address
inline constexpr uintptr_t arena_tables = 0x80520000;
inline constexpr uintptr_t arena_landing = 0x80530000;   // ebreaks that no attempt writes to
inline constexpr uintptr_t own_memory_end = 0x80600000;  // the guest needs DRAM up to here

// Sets the trap vector and fills the arena; called once before the first attempt.
void prepare_attempts();

// Starts at `pc` in `mode`, with a1 = `argument` and every other register pointing into the arena.
// Interrupts that mie lets through end the attempt too, unless the mode is `machine`; there they
// do only if `interrupts` is on.
enum class Interrupts { off, on };
Outcome attempt_at(uintptr_t pc, Mode mode, uint64_t argument, Interrupts interrupts);

// Writes 32-bit words (two compressed instructions are one word too) into the arena, an ebreak
// behind them, and starts there.
Outcome attempt(const uint32_t* words, size_t count, Mode mode, uint64_t argument,
                Interrupts interrupts = Interrupts::off);

template <size_t count>
Outcome attempt(const uint32_t (&words)[count], Mode mode, uint64_t argument) {
  return attempt(words, count, mode, argument);
}

// The timer may have been written to: puts it into the state after reset.
void reset_timer();

// How many attempts there were.
uint64_t attempt_count();

// Two compressed instructions as one word.
constexpr uint32_t compressed_pair(uint32_t first, uint32_t second) { return first | second << 16; }
inline constexpr uint32_t c_ebreak = 0x9002;
