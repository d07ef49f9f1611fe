// Stores deadlines from now on, tick by tick: one falls into the very tick of its emulation. Each distance
// comes in several phases of the tick, since the emulation takes no whole number of ticks.
#include "tests/hypervisor/seeded/guests/frame.h"
    enable_timer_interrupt
    li      s4, 0
1:  li      s5, 4
2:  ld      a0, 0(s1)
    add     a0, a0, s4
    sd      a0, 0(s0)
    compute 1500
    mv      t0, s5
3:  addi    t0, t0, -1
    bnez    t0, 3b
    addi    s5, s5, -1
    bnez    s5, 2b
    addi    s4, s4, 1
    li      a1, 150
    bltu    s4, a1, 1b
    j       pass
