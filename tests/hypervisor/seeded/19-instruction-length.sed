# An emulated compressed instruction counts as four bytes long.
# rule: resumes-in-place
# guests: compressed
s/vm\.vcpu\.pc \+= instruction_bytes\(instruction\);/vm.vcpu.pc += 4;/
