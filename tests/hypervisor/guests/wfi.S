// WFI waits for an interrupt that is pending and enabled in mie; mstatus.MIE decides only whether it
// is taken.
#include "feature.h"
    li      a0, MTIMECMP
    li      a1, MTIME
    li      a2, -1
    li      a3, MTI
    sd      a2, 0(a0)
    csrw    mie, a3

    // MIE = 0: goes on behind WFI without a trap, not before the deadline.
    li      s8, -1
    la      s7, fail_here
    ld      a4, 0(a1)
    li      a5, 20000
    add     a4, a4, a5
    sd      a4, 0(a0)
1:  wfi
    csrr    a5, mip
    andi    a5, a5, MTI
    beqz    a5, 1b          // WFI may end early
    ld      a5, 0(a1)
    EXPECT_AT_LEAST(a5, a4)
    EXPECT(s8, -1)
    // Still pending: WFI does not wait.
    wfi
    wfi
    EXPECT(s8, -1)
    // It is taken when MIE is set.
    la      s7, 1f
    csrsi   mstatus, MIE
2:  j       2b
1:  csrci   mstatus, MIE
    EXPECT(s8, INTERRUPT + 7)

    // MIE = 1: the trap comes with mepc behind WFI.
    li      s8, -1
    la      s7, 1f
    ld      a4, 0(a1)
    li      a5, 20000
    add     a4, a4, a5
    sd      a4, 0(a0)
    csrsi   mstatus, MIE
    wfi
2:  wfi                     // in case the first ended early
    j       2b
1:  csrci   mstatus, MIE
    EXPECT(s8, INTERRUPT + 7)
    ld      a5, 0(a1)
    EXPECT_AT_LEAST(a5, a4)
    la      a5, 2b
    EXPECT_AT_LEAST(s9, a5)

    // A deadline already past, and a delta of nothing.
    li      a6, 50
1:  ld      a4, 0(a1)
    sd      a4, 0(a0)
    wfi
    sd      x0, 0(a0)
    wfi
    addi    a6, a6, -1
    bnez    a6, 1b
    // The software interrupt wakes too.
    sd      a2, 0(a0)
    li      a3, MSI
    csrw    mie, a3
    li      a4, MSIP
    li      a5, 1
    sw      a5, 0(a4)
    wfi
    sw      x0, 0(a4)
    // Many sleeps of growing length: no wake-up is lost.
    li      a3, MTI
    csrw    mie, a3
    li      a6, 0
1:  ld      a4, 0(a1)
    add     a4, a4, a6
    sd      a4, 0(a0)
2:  wfi
    csrr    a5, mip
    andi    a5, a5, MTI
    beqz    a5, 2b
    ld      a5, 0(a1)
    EXPECT_AT_LEAST(a5, a4)
    addi    a6, a6, 1
    li      a5, 300
    bne     a6, a5, 1b
    j       pass
fail_here:
    FAIL
