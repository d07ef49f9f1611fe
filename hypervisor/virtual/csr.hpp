// The CSRs of a virtual hart: one table says which exist, which bits are writable and who reads and
// writes them.
#pragma once

#include "hypervisor/arch/instruction.hpp"
#include "hypervisor/base/types.hpp"
#include "hypervisor/virtual/machine.hpp"

namespace cyclevisor::hypervisor {

/// One row: `count` CSRs from `first` on, every `step`-th number.
struct VirtualCsr {
  const char* name;
  uint16_t first;
  uint8_t count;
  uint8_t step;
  uint64_t writable;  ///< bits a write changes; 0: writes are ignored
  uint64_t (*read)(const VirtualMachine& vm, unsigned number);
  void (*write)(VirtualMachine& vm, unsigned number,
                uint64_t value);  ///< nullptr when writable is 0
};

/// The row of a CSR, nullptr when the virtual hart has no such CSR.
const VirtualCsr* find_virtual_csr(unsigned number);

enum class CsrStatus : uint8_t { ok, illegal };

/// Executes a Zicsr instruction on the virtual hart, apart from advancing the pc.
HYPERVISOR_STAGE CsrStatus virtual_csr_access(VirtualMachine* vm, CsrInstruction instruction);

/// What `misa` of virtual harts reads; the physical one, of which M, A, C, I and U are kept.
void set_virtual_misa(uint64_t physical_misa);

}  // namespace cyclevisor::hypervisor
