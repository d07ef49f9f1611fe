// Sleeps, then takes ticks of a past time, one after the other, for some slices.
#include "tests/hypervisor/seeded/guests/frame.h"
    ld      a0, 0(s1)
    li      a1, 5000
    add     a0, a0, a1
    sd      a0, 0(s0)
    li      a1, MTI
    csrw    mie, a1
    wfi
    li      s4, 300
1:  li      a0, 1
    sd      a0, 0(s0)
    csrsi   mstatus, MIE
    csrci   mstatus, MIE
    addi    s4, s4, -1
    bnez    s4, 1b
    j       pass
