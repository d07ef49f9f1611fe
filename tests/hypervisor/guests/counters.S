// mcycle, minstret and their user-mode views count, and can be written.
#include "feature.h"
    csrr    a0, mcycle
    csrr    a1, minstret
    li      a2, 1000
1:  addi    a2, a2, -1
    bnez    a2, 1b
    csrr    a3, mcycle
    csrr    a4, minstret
    sub     a3, a3, a0
    sub     a4, a4, a1
    li      a5, 2000
    EXPECT_AT_LEAST(a3, a2)
    EXPECT_AT_LEAST(a4, a5)
    csrr    a0, cycle
    csrr    a1, mcycle
    EXPECT_AT_LEAST(a1, a0)
    csrr    a0, instret
    csrr    a1, minstret
    EXPECT_AT_LEAST(a1, a0)
    // Writing sets the count, which goes on from there.
    li      a0, 0x1234567800000000
    csrw    mcycle, a0
    csrr    a1, mcycle
    EXPECT_AT_LEAST(a1, a0)
    srli    a1, a1, 32
    EXPECT(a1, 0x12345678)
    csrr    a1, cycle
    srli    a1, a1, 32
    EXPECT(a1, 0x12345678)
    csrw    minstret, a0
    csrr    a1, instret
    EXPECT_AT_LEAST(a1, a0)
    srli    a1, a1, 32
    EXPECT(a1, 0x12345678)
    // The user-mode views are read-only.
    TRAPS(2, csrw cycle, a0)
    TRAPS(2, csrw time, a0)
    TRAPS(2, csrw instret, a0)
    // time is mtime.
    li      a0, MTIME
    ld      a1, 0(a0)
    csrr    a2, time
    ld      a3, 0(a0)
    EXPECT_AT_LEAST(a2, a1)
    EXPECT_AT_LEAST(a3, a2)
    j       pass
