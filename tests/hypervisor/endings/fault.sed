# The hypervisor itself faults when a guest executes ecall.
s/^(void handle_environment_call\(Vm& vm, uint64_t, uint64_t\) \{)/\1\n  *reinterpret_cast<volatile uint64_t*>(0x18000000) = 1;/
