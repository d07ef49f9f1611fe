// Stores a deadline in the near future and computes.
#include "tests/hypervisor/seeded/guests/frame.h"
    enable_timer_interrupt
    ld      a0, 0(s1)
    addi    a0, a0, 500
    sd      a0, 0(s0)
    compute 20000
    j       pass
