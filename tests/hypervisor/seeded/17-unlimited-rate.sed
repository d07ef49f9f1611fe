# Each interrupt renews the slice of the VM that gets it: one with mtimecmp = 0 runs for ever.
# rule: delivered-within-bound
# guests: waits_for_tick storms
s/^(  inject_trap\(&vm->vcpu, cause::interrupt_bit \| number, 0\);)/\1\n  vm->budget = 100000;/
