// Instructions that an emulated instruction takes, measured with minstret (under QEMU's -icount). The
// bounds are those of docs/hypervisor.md.
#include "feature.h"
#define COSTS_AT_MOST(bound, ...)                          \
    csrr s2, minstret; __VA_ARGS__; csrr s3, minstret;     \
    sub a7, s3, s2; sub a7, a7, s4;                        \
    li a6, bound; EXPECT_AT_LEAST(a6, a7)
    li      a0, MTIMECMP
    li      a1, MTIME
    li      a3, 0x1234567890
    la      a4, vector
    li      a5, MTI
    csrw    mie, a5
    // What reading minstret itself costs.
    csrr    s2, minstret
    csrr    s3, minstret
    sub     s4, s3, s2
    COSTS_AT_MOST(1, nop)
    COSTS_AT_MOST(275, csrr a6, mscratch)
    COSTS_AT_MOST(300, csrw mscratch, a5)
    COSTS_AT_MOST(300, csrsi mstatus, MIE)
    COSTS_AT_MOST(370, csrw mie, a5)
    COSTS_AT_MOST(360, ld a6, 0(a1))
    COSTS_AT_MOST(360, lw a6, 4(a0))
    COSTS_AT_MOST(410, sd a3, 0(a0))
    csrw    mtvec, a4
    COSTS_AT_MOST(240, ecall; .balign 4; vector:)
    la      a6, 1f
    csrw    mepc, a6
    COSTS_AT_MOST(240, mret; .balign 4; 1:)
    j       pass
