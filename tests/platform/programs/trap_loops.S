// Trap handlers that trap themselves, one of LOOP_*.
    .option norvc
    .section .text.init, "ax"
    .globl  _start
_start:
    la      t0, handler
    csrw    mtvec, t0
#if LOOP == 1       // S-mode, whose vector is nowhere
    li      t0, -1
    csrw    medeleg, t0
    csrw    pmpaddr0, t0
    li      t0, 0x1f
    csrw    pmpcfg0, t0
    csrw    stvec, zero
    li      t0, 0x800
    csrw    mstatus, t0
    la      t0, cause
    csrw    mepc, t0
    mret
#elif LOOP == 2     // the second instruction of the handler faults; sp moves each time
    li      sp, 0x40000000
#else               // the handler swaps sp with mscratch, and neither is a stack
    li      sp, 0x40000000
    li      t0, 0x50000000
    csrw    mscratch, t0
#endif
cause:
    unimp
    .balign 4
handler:
#if LOOP == 2
    addi    sp, sp, -256
#elif LOOP == 3
    csrrw   sp, mscratch, sp
#endif
    sd      ra, 0(sp)
    mret
