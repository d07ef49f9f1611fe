// Stores deadlines from now on, tick by tick: one falls into the very tick of its emulation.
#include "tests/hypervisor/seeded/guests/frame.h"
    enable_timer_interrupt
    li      s4, 0
1:  ld      a0, 0(s1)
    add     a0, a0, s4
    sd      a0, 0(s0)
    compute 3000
    addi    s4, s4, 1
    li      a1, 150
    bltu    s4, a1, 1b
    j       pass
