# mepc names the instruction behind the one that is to be executed next.
# rule: csr-reads-back
# guests: reads_csrs
s/vcpu->mepc = vcpu->pc;/vcpu->mepc = vcpu->pc + 4;/
