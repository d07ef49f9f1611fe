# An instruction that cannot be decoded stops the hypervisor.
# rule: trap-answered
# guests: undecodable
s/^(  if \(emulate_system_operation\(vm, instruction\) == Emulated::illegal\) \{)/\1\n    for (;;) asm volatile("");/
