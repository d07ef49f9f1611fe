// Reads a guest's DRAM on its behalf.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/core/vm.hpp"

namespace cyclevisor::hypervisor {

/// The guest's instruction at its pc, a compressed one in the low 16 bits. False when not all of
/// it lies in the VM's partition, which is looked up as the guest's page tables map it: machine
/// mode reads the physical address, never through the guest's mapping.
HYPERVISOR_STAGE bool fetch_guest_instruction(const Vm* vm, uint32_t* instruction);

}  // namespace cyclevisor::hypervisor
