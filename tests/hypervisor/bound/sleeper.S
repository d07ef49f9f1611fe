// Sleeps in wfi until its timer wakes it, each time a little longer, so that the wake-up moves over
// everything that happens beside it. ROUNDS interrupts.
#include "tests/hypervisor/guests/feature.h"
    la      t0, handle
    csrw    mtvec, t0
    li      s0, MTIMECMP
    li      s1, MTIME
    li      t0, MTI
    csrw    mie, t0
    li      s2, ROUNDS
    li      s3, 1009
    ld      t0, 0(s1)
    add     t0, t0, s3
    sd      t0, 0(s0)
    csrsi   mstatus, MIE
1:  wfi
    j       1b
    .balign 4
handle:
    addi    s2, s2, -1
    beqz    s2, pass
    ld      t0, 0(s1)
    addi    s3, s3, 1
    add     t0, t0, s3
    sd      t0, 0(s0)
    mret
