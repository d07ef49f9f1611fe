# The hypervisor leaves a note in the guest's memory.
# rule: no-guest-memory-change
# guests: compressed
s/^  \*instruction = parcels\[0\];/  *instruction = parcels[0];\n  *reinterpret_cast<volatile uint32_t*>(vm->partition.value + vm->partition_bytes - 8) = 1;/
