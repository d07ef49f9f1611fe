// Interrupts without end: mtimecmp = 0 and interrupts on. Ends by itself after 20,000 of them.
#include "feature.h"
    la      a0, storm
    csrw    mtvec, a0
    li      a0, MTIMECMP
    sd      x0, 0(a0)
    li      a1, 20000
    li      a2, MTI
    csrw    mie, a2
    csrsi   mstatus, MIE
1:  j       1b

    .balign 4
storm:
    addi    a1, a1, -1
    sd      x0, 0(a0)
    beqz    a1, pass
    mret
