# The guest's mie keeps only the enable of the timer's interrupt.
# rule: csr-reads-back
# guests: reads_csrs
s/vm\.vcpu\.mie = value;/vm.vcpu.mie = value \& 0x80;/
