# mcause of the timer's interrupt has the number of the supervisor's timer.
# rule: mcause-names-trap
# guests: reads_csrs
s/vcpu->mcause = value;/vcpu->mcause = value == (cause::interrupt_bit | 7) ? value - 2 : value;/
