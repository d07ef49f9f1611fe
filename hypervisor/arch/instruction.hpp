// Instruction formats that more than the decoder needs to know.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

/// The fields of a Zicsr instruction, taken from its bits where they are used: this is the most
/// frequent trap of all.
class CsrInstruction {
 public:
  enum class Action : uint8_t { write = 1, set = 2, clear = 3 };  // funct3, bits 1:0

  explicit constexpr CsrInstruction(uint32_t instruction) : bits_(instruction) {}

  constexpr unsigned csr() const { return bits_ >> 20; }
  constexpr unsigned rd() const { return bits_ >> 7 & 0x1f; }
  /// Register number, or the 5-bit immediate itself.
  constexpr unsigned rs1() const { return bits_ >> 15 & 0x1f; }
  constexpr Action action() const { return static_cast<Action>(bits_ >> 12 & 3); }
  constexpr bool has_immediate() const { return (bits_ >> 14 & 1) != 0; }

 private:
  uint32_t bits_;
};

/// Bytes of an instruction, from its first 16 bits (unprivileged specification, "Base
/// Instruction-Length Encoding"): 2 or 4; longer formats do not exist on this hart.
constexpr unsigned instruction_bytes(uint32_t instruction) {
  return (instruction & 3) == 3 ? 4 : 2;
}

}  // namespace cyclevisor::hypervisor
