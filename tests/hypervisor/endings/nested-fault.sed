# And so does the report of that.
s/^(void handle_environment_call\(Vm& vm, uint64_t, uint64_t\) \{)/\1\n  *reinterpret_cast<volatile uint64_t*>(0x18000000) = 1;/
s/^(  hypervisor\.console\.put\("hypervisor fault:"\);)/  *reinterpret_cast<volatile uint64_t*>(0x18000008) = 1;\n\1/
