// Stores its own number of ticks and reads it back, whole and in halves, for some slices.
#include "tests/hypervisor/seeded/guests/frame.h"
    li      s4, 300
    csrr    s5, mcycle
    li      a0, 0x7000000090000000
    add     a0, a0, s5
    sd      a0, 0(s0)
1:  ld      a1, 0(s0)
    lw      a1, 0(s0)
    lwu     a1, 0(s0)
    lw      a1, 4(s0)
    addi    s4, s4, -1
    bnez    s4, 1b
    j       pass
