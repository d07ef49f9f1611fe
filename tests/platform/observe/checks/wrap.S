// mtime wraps at 2^64 ("Machine Timer Registers"). MTIP is a level: a deadline that was past before the
// wrap is not pending behind it, and the interrupt comes if the hart takes it in between. The wrap moves
// over everything that the guest does in a round.
//
// s0 counts of mtime from the start of the round to the wrap, s1 interrupts, s2 the timer, s3 &mtime
#include "tests/hypervisor/guests/feature.h"
    li      s2, MTIMECMP
    li      s3, MTIME
    la      t0, handle
    csrw    mtvec, t0
    li      t0, MTI
    csrw    mie, t0
    li      s0, 1
round:
    csrci   mstatus, MIE
    li      s1, 0
    li      t0, -1
    sd      t0, 0(s2)
    neg     t0, s0
    sd      t0, 0(s3)
    li      t0, -4
    sd      t0, 0(s2)
    // Before the wrap, where there is time for it, the interrupt may come.
    csrsi   mstatus, MIE
    nop
    csrci   mstatus, MIE
    csrr    t1, mip
1:  ld      t0, 0(s3)
    bltz    t0, 1b
    // Not pending any more, and no interrupt comes.
    csrr    t1, mip
    andi    t1, t1, MTI
    EXPECT(t1, 0)
    mv      t2, s1
    csrsi   mstatus, MIE
    li      t3, 300
2:  addi    t3, t3, -1
    bnez    t3, 2b
    EXPECT_EQUAL(s1, t2)
    // The timer goes on.
    addi    t2, s1, 1
    ld      t0, 0(s3)
    addi    t0, t0, 20
    sd      t0, 0(s2)
3:  bne     s1, t2, 3b
    addi    s0, s0, STEP
    li      t0, LAST
    bltu    s0, t0, round
    j       pass

    .balign 4
handle:
    li      t4, -1
    sd      t4, 0(s2)
    addi    s1, s1, 1
    mret
