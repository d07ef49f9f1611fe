// Sleeps 300 times for 3,000 ticks and measures how late it wakes (under QEMU's -icount): beside a VM
// that only computes, no later than two world switches' time.
#include "feature.h"
#define BOUND 30
    li      a0, MTIMECMP
    li      a1, MTIME
    li      a2, MTI
    csrw    mie, a2
    li      a3, 300
1:  ld      a4, 0(a1)
    li      a5, 3000
    add     a4, a4, a5
    sd      a4, 0(a0)
2:  wfi
    csrr    a5, mip
    andi    a5, a5, MTI
    beqz    a5, 2b
    csrr    a5, time
    sub     a5, a5, a4
    li      a6, BOUND
    EXPECT_AT_LEAST(a6, a5)
    addi    a3, a3, -1
    bnez    a3, 1b
    j       pass
