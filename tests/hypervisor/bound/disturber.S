// Keeps the hypervisor and the hart busy for as long as one trap or one instruction can: before each of
// the longest operations it evicts the caches (and TLBs) that the hypervisor and the other VM use.
// MASK says which operations: 1 a store to pmpaddr, 2 mret to U-mode with 16 entries changed, 4 fence.i
// with every line of the data cache dirty, 8 mtimecmp, 16 ecall, 32 wfi for a moment
#include "tests/hypervisor/guests/feature.h"
    la      t0, handle
    csrw    mtvec, t0
    // 16 TOR regions of odd sizes, each of which needs two entries of the physical PMP; what user mode
    // executes is in the last.
    li      s0, 0x80100000 >> 2
    .altmacro
    .macro  region n
    csrw    pmpaddr\n, s0
    addi    s0, s0, 3
    .endm
    .set    n, 0
    .rept   14
    region  %n
    .set    n, n + 1
    .endr
    csrw    pmpaddr14, zero
    li      t0, 0x80100000 >> 2
    csrw    pmpaddr15, t0
    li      t0, 0x0f0f0f0f0f0f0f0f
    csrw    pmpcfg0, t0
    csrw    pmpcfg2, t0
    li      s1, 0x80180000 >> 2
    li      s2, MTIMECMP
    li      s3, MTIME
    li      s4, MASK
round:
    andi    t0, s4, 1
    beqz    t0, 1f
    jal     evict
    csrw    pmpaddr13, s1
    xori    s1, s1, 4
1:  andi    t0, s4, 2
    beqz    t0, 1f
    csrw    pmpaddr13, s1
    xori    s1, s1, 4
    jal     evict
    li      t0, MPP
    csrc    mstatus, t0
    la      t0, user
    csrw    mepc, t0
    mret
user:
    ecall
    .balign 4
after_user:
1:  andi    t0, s4, 4
    beqz    t0, 1f
    jal     dirty
    fence.i
1:  andi    t0, s4, 8
    beqz    t0, 1f
    jal     evict
    ld      t0, 0(s3)
    sd      t0, 0(s2)
1:  andi    t0, s4, 16
    beqz    t0, 1f
    jal     evict
    ecall
1:  andi    t0, s4, 32
    beqz    t0, 1f
    csrci   mstatus, MIE
    li      t0, MTI
    csrw    mie, t0
    ld      t0, 0(s3)
    addi    t0, t0, 30
    sd      t0, 0(s2)
    jal     evict
    wfi
    csrw    mie, zero
1:  ld      t0, 0(s3)
    li      t1, UNTIL           // counts of mtime
    bltu    t0, t1, round
    j       pass

    .balign 4
handle:                     // ecall, from either mode
    csrr    t0, mepc
    addi    t0, t0, 4
    csrw    mepc, t0
    li      t0, MPP
    csrs    mstatus, t0
    mret

// Reads 64 KiB, 16 pages of data, and runs through 64 KiB of code.
evict:
    li      t1, 0x80200000
    li      t2, 0x80210000
1:  ld      t3, 0(t1)
    addi    t1, t1, 64
    bltu    t1, t2, 1b
    tail    lines
// Every line of the data cache is dirty.
dirty:
    li      t1, 0x80200000
    li      t2, 0x80210000
1:  sd      t1, 0(t1)
    addi    t1, t1, 64
    bltu    t1, t2, 1b
    ret
    .balign 64
lines:
    .rept   512
    j       1f
    .balign 64
1:
    .endr
    ret
