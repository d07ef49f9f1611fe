// In VS-mode `time` reads the hart's time plus htimedelta ("Hypervisor Time Delta (htimedelta)
// Register"): forwards, backwards, and changed between two reads.
#include "tests/hypervisor/guests/feature.h"
#define HTIMEDELTA 0x605
#define HCOUNTEREN 0x606
#define MPV (1 << 39)
    li      t0, -1
    csrw    pmpaddr0, t0
    li      t0, 0x1f
    csrw    pmpcfg0, t0
    la      t0, called
    csrw    mtvec, t0
    li      t0, 2
    csrw    mcounteren, t0
    csrw    HCOUNTEREN, t0
    la      s0, deltas
next:
    ld      t0, 0(s0)
    csrw    HTIMEDELTA, t0
    csrr    s2, time
    li      t0, MPV | 0x800
    csrs    mstatus, t0
    la      t0, guest
    csrw    mepc, t0
    mret
    .balign 4
guest:
    csrr    s3, time
    csrr    s4, time
    ecall
    .balign 4
called:
    csrr    s5, time
    ld      t0, 0(s0)
    sub     s3, s3, t0
    sub     s4, s4, t0
    EXPECT_AT_LEAST(s3, s2)
    EXPECT_AT_LEAST(s4, s3)
    EXPECT_AT_LEAST(s5, s4)
    addi    s0, s0, 8
    la      t0, deltas_end
    bne     s0, t0, next
    j       pass

    .balign 8
deltas:
    .dword  0, 1 << 40, 5, -3, -(1 << 62), 0
deltas_end:
