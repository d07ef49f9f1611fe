#include "hypervisor/core/guest_memory.hpp"

#include "hypervisor/arch/instruction.hpp"

namespace cyclevisor::hypervisor {

HYPERVISOR_STAGE bool fetch_guest_instruction(const Vm* vm, uint32_t* instruction) {
  const uint64_t offset = vm->vcpu.pc - guest_dram.value;
  if (offset >= vm->partition_bytes) return false;
  // With the C extension instructions are aligned to two bytes only, and the last halfword of the
  // partition can hold the first half of a longer one.
  const auto* parcels =
      reinterpret_cast<const volatile uint16_t*>(vm->partition.value + (offset & ~uint64_t{1}));
  *instruction = parcels[0];
  if (instruction_bytes(*instruction) == 4) {
    if (vm->partition_bytes - offset < 4) return false;
    *instruction |= uint32_t{parcels[1]} << 16;
  }
  return true;
}

}  // namespace cyclevisor::hypervisor
