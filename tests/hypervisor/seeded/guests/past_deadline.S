// Stores a deadline that is past.
#include "tests/hypervisor/seeded/guests/frame.h"
    enable_timer_interrupt
    ld      a0, 0(s1)
    addi    a0, a0, -5
    sd      a0, 0(s0)
    compute 4000
    j       pass
