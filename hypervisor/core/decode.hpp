// Decodes the few instructions that the hypervisor answers for a guest: loads and stores (to find
// out what was asked of a device) and SYSTEM instructions. Pure functions on the instruction's
// bits; every other encoding comes back as `none`.
#pragma once

#include "hypervisor/types.hpp"

namespace cyclevisor::hypervisor {

/// What the register gets beyond the loaded bytes.
enum class Extension : uint8_t { sign, zero };

/// A load or store of RV64I or RV64C: `bytes` at x[base_register] + offset, to or from
/// x[data_register]. Atomics and floating-point accesses are not among them.
struct MemoryOperation {
  enum class Kind : uint8_t { none, load, store };
  Kind kind;
  uint8_t bytes;
  Extension extension;
  uint8_t data_register;
  uint8_t base_register;
  int16_t offset;
};

/// A SYSTEM instruction that traps when it is executed in the physical user mode and that the
/// virtual hart may have to execute.
enum class SystemOperation : uint8_t { none, csr, mret, wfi };

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

HYPERVISOR_STAGE void decode_memory_operation(uint32_t instruction, MemoryOperation* operation);
HYPERVISOR_STAGE SystemOperation decode_system_operation(uint32_t instruction);

}  // namespace cyclevisor::hypervisor
