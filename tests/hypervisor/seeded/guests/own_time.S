// Sets its mtime far ahead and takes a deadline from it.
#include "tests/hypervisor/seeded/guests/frame.h"
    li      a0, 0x1000000000
    sd      a0, 0(s1)
    enable_timer_interrupt
    ld      a0, 0(s1)
    addi    a0, a0, 500
    sd      a0, 0(s0)
    ld      a1, 0(s0)
    compute 20000
    j       pass
