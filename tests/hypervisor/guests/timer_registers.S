// mtimecmp and mtime: what is written is read back, halves change only their half, mtime counts.
#include "feature.h"
    csrw    mie, x0
    li      a0, MTIMECMP
    // 64 bits at once.
    li      a1, 0xfedcba9876543210
    sd      a1, 0(a0)
    ld      a2, 0(a0)
    EXPECT_EQUAL(a2, a1)
    // Halves: read sign-extended and zero-extended.
    lw      a2, 0(a0)
    EXPECT(a2, 0x76543210)
    lw      a2, 4(a0)
    EXPECT(a2, 0xfffffffffedcba98)
    lwu     a2, 4(a0)
    EXPECT(a2, 0xfedcba98)
    // Writing one leaves the other alone.
    li      a1, 0x11111111
    sw      a1, 0(a0)
    ld      a2, 0(a0)
    EXPECT(a2, 0xfedcba9811111111)
    li      a1, 0xffffffff22222222
    sw      a1, 4(a0)
    ld      a2, 0(a0)
    EXPECT(a2, 0x2222222211111111)
    li      a1, -1
    sw      a1, 0(a0)
    ld      a2, 0(a0)
    EXPECT(a2, 0x22222222ffffffff)
    sw      a1, 4(a0)
    ld      a2, 0(a0)
    EXPECT(a2, -1)
    // It reads back also when it has expired, and when it is far away.
    sd      x0, 0(a0)
    ld      a2, 0(a0)
    EXPECT(a2, 0)
    li      a1, 0xfffffffffffffffe
    sd      a1, 0(a0)
    ld      a2, 0(a0)
    EXPECT_EQUAL(a2, a1)

    // mtime counts up, and the time CSR shows it.
    li      a0, MTIME
    li      a3, 1000
    ld      a1, 0(a0)
1:  ld      a2, 0(a0)
    EXPECT_AT_LEAST(a2, a1)
    csrr    a1, time
    EXPECT_AT_LEAST(a1, a2)
    addi    a3, a3, -1
    bnez    a3, 1b
    // Its halves are those of the whole: hi, lo, hi.
2:  lwu     a4, 4(a0)
    lwu     a3, 0(a0)
    lwu     a5, 4(a0)
    bne     a4, a5, 2b
    slli    a4, a4, 32
    or      a3, a3, a4
    EXPECT_AT_LEAST(a3, a1)

    // mtime is writable.
    li      a1, 0x0000123400000000
    sd      a1, 0(a0)
    ld      a2, 0(a0)
    EXPECT_AT_LEAST(a2, a1)
    csrr    a2, time
    EXPECT_AT_LEAST(a2, a1)
    srli    a2, a2, 32
    EXPECT(a2, 0x1234)
    li      a1, 0x777
    sw      a1, 4(a0)
    csrr    a2, time
    srli    a2, a2, 32
    EXPECT(a2, 0x777)
    li      a1, 0xf0000000
    sw      a1, 0(a0)
    ld      a2, 0(a0)
    srli    a2, a2, 28
    EXPECT(a2, 0x777f)
    // The compare sees the written mtime: ten seconds ahead are not reached, and reached at once when
    // mtime jumps over them.
    li      a0, MTIMECMP
    li      a3, MTIME
    ld      a1, 0(a3)
    li      a2, 100000000
    add     a1, a1, a2
    sd      a1, 0(a0)
    csrr    a4, mip
    andi    a4, a4, MTI
    EXPECT(a4, 0)
    sd      a1, 0(a3)
    csrr    a4, mip
    andi    a4, a4, MTI
    EXPECT(a4, MTI)
    // Back in time the level falls again.
    li      a2, 1000
    sd      a2, 0(a3)
    csrr    a4, mip
    andi    a4, a4, MTI
    EXPECT(a4, 0)
    // And an interrupt comes after a jump.
    li      a2, MTI
    csrw    mie, a2
    addi    a1, a1, -1000
    sd      a1, 0(a3)
    li      s8, -1
    la      s7, 1f
    csrsi   mstatus, MIE
2:  j       2b
1:  csrci   mstatus, MIE
    EXPECT(s8, INTERRUPT + 7)
    ld      a2, 0(a3)
    addi    a1, a1, 1000
    EXPECT_AT_LEAST(a2, a1)
    j       pass
