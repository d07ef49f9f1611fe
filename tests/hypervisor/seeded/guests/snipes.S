// Sleeps with deadlines that fall into the moments in which the other VM is being entered: each
// distance some times in a row, so that the exact moment need not be known.
#include "tests/hypervisor/seeded/guests/frame.h"
    li      t0, MTI
    csrw    mie, t0
    li      s4, 60
1:  li      s5, 12
2:  ld      a0, 0(s1)
    add     a0, a0, s4
    sd      a0, 0(s0)
    wfi
    addi    s5, s5, -1
    bnez    s5, 2b
    addi    s4, s4, 8
    li      a1, 200
    bltu    s4, a1, 1b
    j       pass
