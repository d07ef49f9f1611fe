# A trap leaves the guest's interrupts enabled.
# rule: csr-reads-back
# guests: reads_csrs
s/status = vcpu->mstatus & ~\(mstatus::mpp \| mstatus::mpie \| mstatus::mie\);/status = vcpu->mstatus \& ~(mstatus::mpp | mstatus::mpie);/
