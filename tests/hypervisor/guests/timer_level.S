// MTIP is a level: mtime >= mtimecmp, unsigned, and nothing else moves it.
#include "feature.h"
#define EXPECT_MTIP(value) csrr a5, mip; andi a5, a5, MTI; EXPECT(a5, value)
#define NEXT_TIMER_INTERRUPT                                \
    li s8, -1; la s7, 9f; csrsi mstatus, MIE; 8: j 8b; 9:   \
    csrci mstatus, MIE; EXPECT(s8, INTERRUPT + 7)
    li      a0, MTIMECMP
    li      a1, MTIME
    li      a2, -1
    sd      a2, 0(a0)
    EXPECT_MTIP(0)
    // A deadline that is past when it is written is pending at once; zero is past.
    sd      x0, 0(a0)
    EXPECT_MTIP(MTI)
    ld      a3, 0(a1)
    sd      a3, 0(a0)
    EXPECT_MTIP(MTI)
    // Unsigned: deadlines with bit 63 set are far away, not past.
    li      a3, 1 << 63
    sd      a3, 0(a0)
    EXPECT_MTIP(0)
    sd      a2, 0(a0)
    EXPECT_MTIP(0)
    // ~0 in 32 bits is a deadline, in 64 bits infinity; the high half alone decides here.
    sw      x0, 4(a0)
    sw      x0, 0(a0)
    EXPECT_MTIP(MTI)
    sw      a2, 4(a0)
    EXPECT_MTIP(0)
    // The safe order of halves (low = all ones, high, low) passes no past deadline.
    ld      a3, 0(a1)
    li      a4, 0x100000000
    add     a3, a3, a4
    sw      a2, 0(a0)
    EXPECT_MTIP(0)
    srli    a4, a3, 32
    sw      a4, 4(a0)
    EXPECT_MTIP(0)
    sw      a3, 0(a0)
    EXPECT_MTIP(0)

    // Disabled interrupts stay pending without limit and come when they are enabled: by MIE ...
    li      a4, MTI
    csrw    mie, a4
    sd      x0, 0(a0)
    EXPECT_MTIP(MTI)
    NEXT_TIMER_INTERRUPT
    // ... again and again, since nothing took the level away ...
    NEXT_TIMER_INTERRUPT
    NEXT_TIMER_INTERRUPT
    // ... or by MTIE, in the very instruction.
    csrw    mie, x0
    li      s8, -1
    la      s7, 1f
    csrsi   mstatus, MIE
    li      a3, 1000
2:  addi    a3, a3, -1
    bnez    a3, 2b
    EXPECT(s8, -1)
    csrw    mie, a4
2:  j       2b
1:  csrci   mstatus, MIE
    EXPECT(s8, INTERRUPT + 7)

    // Enabled before the deadline is written (as Linux does): not early, and it comes.
    sd      a2, 0(a0)
    EXPECT_MTIP(0)
    ld      a3, 0(a1)
    li      a4, 20000
    add     a3, a3, a4
    li      s8, -1
    la      s7, 1f
    csrsi   mstatus, MIE
    sd      a3, 0(a0)
2:  j       2b
1:  csrci   mstatus, MIE
    EXPECT(s8, INTERRUPT + 7)
    ld      a4, 0(a1)
    EXPECT_AT_LEAST(a4, a3)
    // Enabled after the deadline was written: it comes as well.
    csrw    mie, x0
    ld      a3, 0(a1)
    li      a4, 20000
    add     a3, a3, a4
    sd      a3, 0(a0)
    li      s8, -1
    la      s7, 1f
    csrsi   mstatus, MIE
    li      a4, MTI
    csrw    mie, a4
2:  j       2b
1:  csrci   mstatus, MIE
    EXPECT(s8, INTERRUPT + 7)
    ld      a4, 0(a1)
    EXPECT_AT_LEAST(a4, a3)
    // A deadline that is taken back in time never comes.
    ld      a3, 0(a1)
    li      a4, 20000
    add     a3, a3, a4
    sd      a3, 0(a0)
    sd      a2, 0(a0)
    li      s8, -1
    la      s7, fail_here
    csrsi   mstatus, MIE
    add     a3, a3, a4
1:  ld      a4, 0(a1)
    bltu    a4, a3, 1b
    csrci   mstatus, MIE
    EXPECT(s8, -1)
    // A delta of zero is an interrupt, not a hang.
    la      s7, 1f
    ld      a3, 0(a1)
    sd      a3, 0(a0)
    csrsi   mstatus, MIE
2:  j       2b
1:  csrci   mstatus, MIE
    EXPECT(s8, INTERRUPT + 7)
    // Interrupts as fast as can be: each lets the interrupted program go on.
    li      a6, 200
    sd      x0, 0(a0)
1:  NEXT_TIMER_INTERRUPT
    addi    a6, a6, -1
    bnez    a6, 1b
    // Many short deadlines in a row, none lost.
    li      a6, 200
1:  ld      a3, 0(a1)
    addi    a3, a3, 100
    sd      a3, 0(a0)
    NEXT_TIMER_INTERRUPT
    ld      a4, 0(a1)
    EXPECT_AT_LEAST(a4, a3)
    addi    a6, a6, -1
    bnez    a6, 1b
    j       pass
fail_here:
    FAIL
