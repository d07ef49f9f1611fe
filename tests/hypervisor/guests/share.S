// Needs 5,000,000 instructions, 50,000 ticks when it has the hart for itself under QEMU's -icount
// shift=0. Beside one other VM it must have them after twice that time and two slices.
#include "feature.h"
#define WORK 2500000
#define SLICE 10000
    csrr    a0, time
    li      a1, WORK
1:  addi    a1, a1, -1
    bnez    a1, 1b
    csrr    a2, time
    sub     a2, a2, a0
    li      a1, 2 * (WORK / 50) + 2 * SLICE
    EXPECT_AT_LEAST(a1, a2)
    j       pass
