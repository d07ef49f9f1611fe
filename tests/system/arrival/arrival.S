// The deadline moves by one count of mtime from round to round, across everything that a guest does
// with its timer: STEPS rounds for each of three sequences. Each round must bring one interrupt, not
// before its time, and leave every register as it was. The labels are what arrival_check.cpp looks for.
//
// s0 distance of the deadline, s1 interrupts so far, s2 the same before this round, s3 deadline,
// t3 to t6 are the handler's and the checks'.
#include "tests/hypervisor/guests/feature.h"
    li      a0, MTIMECMP
    li      a1, MTIME
    li      a2, -1
    sd      a2, 0(a0)
    la      t3, handle
    csrw    mtvec, t3
    li      t3, MTI
    csrw    mie, t3
    li      s1, 0
    jal     fill

    // The write of mtimecmp, interrupts enabled.
    li      s0, FIRST
1:  csrsi   mstatus, MIE
    mv      s2, s1
    ld      s3, 0(a1)
    add     s3, s3, s0
write_begin:
    sd      s3, 0(a0)
write_end:
    beq     s1, s2, write_end
    jal     check_round
    addi    s0, s0, 1
    li      t3, FIRST + STEPS
    bne     s0, t3, 1b

    // Entry into WFI; the interrupt is taken when it is enabled behind.
    li      s0, FIRST
1:  csrci   mstatus, MIE
    mv      s2, s1
    ld      s3, 0(a1)
    add     s3, s3, s0
wfi_begin:
    sd      s3, 0(a0)
wfi_enter:
    wfi
wfi_end:
    csrr    t3, mip
    andi    t3, t3, MTI
    beqz    t3, wfi_enter       // WFI may end early
    EXPECT_EQUAL(s1, s2)
    csrsi   mstatus, MIE
2:  beq     s1, s2, 2b
    jal     check_round
    // A longer sleep: a VM beside this one that is cut short twice in a row would be undisturbed
    // the next time, and the deadline there would come late.
    csrci   mstatus, MIE
    ld      t3, 0(a1)
    li      t4, 4000
    add     t3, t3, t4
    sd      t3, 0(a0)
2:  wfi
    csrr    t3, mip
    andi    t3, t3, MTI
    beqz    t3, 2b
    sd      a2, 0(a0)
    addi    s0, s0, 1
    li      t3, FIRST + STEPS
    bne     s0, t3, 1b

    // The way out of a handler that has set the deadline.
    li      s0, FIRST
1:  csrsi   mstatus, MIE
    mv      s2, s1
    ecall
mret_end:
    beq     s1, s2, mret_end
    jal     check_round
    addi    s0, s0, 1
    li      t3, FIRST + STEPS
    bne     s0, t3, 1b
    li      t3, 3 * STEPS
    EXPECT_EQUAL(s1, t3)
    j       pass

    .balign 4
handle:
    csrr    t3, mcause
    bgez    t3, 1f
    EXPECT(t3, INTERRUPT + 7)
    ld      t3, 0(a1)
    EXPECT_AT_LEAST(t3, s3)     // not early
    sd      a2, 0(a0)
    addi    s1, s1, 1
    mret
1:  EXPECT(t3, 11)              // environment call from M-mode
    csrr    t3, mepc
    addi    t3, t3, 4
    csrw    mepc, t3
    ld      s3, 0(a1)
    add     s3, s3, s0
mret_begin:
    sd      s3, 0(a0)
    mret

fill:
    .irp    n, 2, 3, 4, 5, 6, 7, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 27
    li      x\n, 0x0123456789abcd00 + \n
    .endr
    ret

    // One interrupt more than before, and the other registers as `fill` left them.
check_round:
    addi    t3, s2, 1
    EXPECT_EQUAL(s1, t3)
    .irp    n, 2, 3, 4, 5, 6, 7, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 27
    li      t3, 0x0123456789abcd00 + \n
    li      t5, 200 + \n
    bne     x\n, t3, fail
    .endr
    ret
