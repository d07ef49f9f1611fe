// The effect that a trapped instruction asked for, from its bits and the registers of the trap.
#pragma once

#include <cstdint>

#include "models/probe/events.hpp"

namespace cyclevisor {

struct TrappedInstruction {
  enum class Kind : std::uint8_t {
    interrupt,  ///< no instruction: the hart was interrupted before one
    csr,        ///< a Zicsr instruction, refused (cause 2)
    mret,       ///< refused (cause 2)
    wfi,        ///< refused (cause 2)
    load,       ///< refused (causes 5, 13)
    store,      ///< refused (causes 7, 15); not an AMO
    other,      ///< everything else
  };
  Kind kind = Kind::other;
  unsigned length = 4;  ///< bytes to the next instruction
  unsigned rd = 0;

  // Kind::csr
  unsigned csr = 0;
  enum class Update : std::uint8_t { none, write, set, clear };
  Update update = Update::none;
  std::uint64_t operand = 0;

  // Kind::load, Kind::store
  std::uint64_t address = 0;
  unsigned bytes = 0;
  bool sign_extended = false;  ///< load
  std::uint64_t value = 0;     ///< stored, zero-extended from `bytes`
};

/// Reads a trap from the guest's mode.
TrappedInstruction trapped_instruction(const Trap& trap);

/// An access fault or page fault of a load or store.
bool is_data_fault(const Trap& trap);

/// What a load must leave in rd for these `bytes` of memory.
std::uint64_t extended(std::uint64_t value, unsigned bytes, bool sign_extended);

}  // namespace cyclevisor
