// Sleeps of no length: waits in WFI for a deadline one tick ahead, 20,000 times.
#include "feature.h"
    li      a0, MTIMECMP
    li      a1, MTIME
    li      a2, MTI
    csrw    mie, a2
    li      a3, 20000
1:  ld      a4, 0(a1)
    addi    a4, a4, 1
    sd      a4, 0(a0)
    wfi
    addi    a3, a3, -1
    bnez    a3, 1b
    j       pass
