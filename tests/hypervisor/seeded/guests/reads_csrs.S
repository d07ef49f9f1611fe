// Reads from its CSRs what the timer and its traps must have left there: mip while a deadline is
// ahead and when it has passed, mie and mstatus after writes and traps, mcause and mepc of both.
#include "tests/hypervisor/seeded/guests/frame.h"
    la      t0, looks
    csrw    mtvec, t0
    li      a0, 0x888           // every enable that there is
    csrw    mie, a0
    csrr    a0, mie
    li      a0, MTI
    csrw    mie, a0
    csrr    a0, mie
    csrr    a0, mip             // disarmed
    ld      a1, 0(s1)
    addi    a1, a1, 100
    sd      a1, 0(s0)
    csrr    a0, mip             // ahead
    compute 3000
    csrr    a0, mip             // passed
    csrsi   mstatus, MIE        // and taken
    csrr    a0, mstatus
    ld      a1, 0(s1)
    addi    a1, a1, 100
    sd      a1, 0(s0)
    compute 3000                // taken without a trap of the guest's own
    ecall
    csrr    a0, mstatus
    csrr    a0, mip
    j       pass

    .balign 4
looks:
    csrr    t1, mstatus
    csrr    t2, mepc
    csrr    t3, mip
    j       handler
