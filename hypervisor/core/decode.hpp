// Decodes the few instructions that the hypervisor executes for a guest: loads and stores (to find
// out what a device access is) and SYSTEM instructions. Pure functions on the instruction's
// bits; every other encoding comes back as `none`.
#pragma once

#include "hypervisor/arch/instruction.hpp"
#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

/// What the register gets beyond the loaded bytes.
enum class Extension : uint8_t { sign, zero };

/// A memory access of RV64IMAC: `bytes` at x[base_register] + offset, to or from x[data_register].
struct MemoryOperation {
  enum class Kind : uint8_t {
    none,
    load,
    store,
    load_reserved,  ///< LR: faults as a load
    atomic,         ///< SC or an AMO: faults as a store
  };
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

HYPERVISOR_STAGE void decode_memory_operation(uint32_t instruction, MemoryOperation* operation);
HYPERVISOR_STAGE SystemOperation decode_system_operation(uint32_t instruction);

}  // namespace cyclevisor::hypervisor
