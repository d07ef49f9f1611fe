// Instructions that a hart refuses for certain, with the timer's deadline in the middle of the trap: the
// deadline moves over the whole trap in steps of STEP counts of mtime, in M- and in U-mode, with a
// direct and a vectored mtvec, whose table is right behind the instruction. Each must raise its
// exception, and the interrupt must come after it. No rule of the oracle is broken.
//
// s0 distance of the deadline, s1 interrupts, s2 exceptions, s3 row of the table, s4 mode of mtvec,
// s5 mstatus.MPP for the attempt, s6 &MTIMECMP, s7 the UART, s8 the cause of the last exception, s9 a word
// that may only be read
#include "tests/hypervisor/guests/feature.h"
    li      s6, MTIMECMP
    li      s7, 0x10000000
    li      t0, -1
    sd      t0, 0(s6)
    // Entry 0, locked: one word that may only be read. Entry 1: everything for U-mode.
    la      s9, locked_word
    srli    t0, s9, 2
    csrw    pmpaddr0, t0
    li      t0, -1
    csrw    pmpaddr1, t0
    li      t0, 0x1f91
    csrw    pmpcfg0, t0
    li      t0, MTI
    csrw    mie, t0

    la      s3, rows
row:
    li      s4, 0
vector:
    li      s5, MPP
mode:
    // 16(s3): whether M-mode is refused as well.
    ld      t0, 16(s3)
    bnez    t0, 1f
    li      s5, 0
1:
sweep:
    li      s0, 0
step:
    li      s1, 0
    li      s2, 0
    ld      t0, 0(s3)           // the instruction; its vector table is 4 bytes behind
    addi    t1, t0, 4
    or      t1, t1, s4
    csrw    mtvec, t1
    csrw    mepc, t0
    li      t1, MPP | MPIE      // mret enables interrupts
    csrc    mstatus, t1
    ori     t1, s5, MPIE
    csrs    mstatus, t1
    li      t1, MTIME
    ld      t1, 0(t1)
    add     t1, t1, s0
    sd      t1, 0(s6)
    mret

exception:
    csrr    s8, mcause
    addi    s2, s2, 1
    la      t0, after
    csrw    mepc, t0
    li      t0, MPP
    csrs    mstatus, t0
    mret
interrupt:
    li      t0, -1
    sd      t0, 0(s6)
    addi    s1, s1, 1
    mret
direct:
    csrr    t0, mcause
    bltz    t0, interrupt
    j       exception

after:                          // in M-mode with interrupts enabled
    beqz    s1, after
    csrci   mstatus, MIE
    li      t0, 1
    EXPECT_EQUAL(s1, t0)
    EXPECT_EQUAL(s2, t0)
    ld      t0, 8(s3)
    bnez    t0, 1f
    li      t0, 8               // ecall: by mode
    beqz    s5, 1f
    li      t0, 11
1:  EXPECT_EQUAL(s8, t0)
    addi    s0, s0, STEP
    li      t0, LAST
    bltu    s0, t0, step
    li      t0, '.'             // no refused store has set DLAB or loopback
    sb      t0, 0(s7)
    beqz    s5, 1f
    li      s5, 0
    j       sweep
1:  xori    s4, s4, 1
    bnez    s4, vector
    addi    s3, s3, 24
    la      t0, rows_end
    bne     s3, t0, row
    li      t0, '\n'
    sb      t0, 0(s7)
    j       pass

// An instruction and the vector table behind it. Direct mode enters at its first entry too.
.macro  REFUSED name, instruction:vararg
    .balign 64
    .skip   60
    .option push
    .option norvc
\name:
    \instruction
    j       direct
    .rept   6
    j       exception
    .endr
    j       interrupt
    .option pop
.endm
    REFUSED refused_ecall, ecall
    REFUSED refused_ebreak, ebreak
    REFUSED refused_supervisor_csr, csrr a0, sstatus
    REFUSED refused_read_only_csr, csrw mhartid, a0
    REFUSED refused_machine_csr, csrr a0, mstatus
    REFUSED refused_machine_write, csrw mie, zero
    REFUSED refused_mret, mret
    REFUSED refused_load, lw a0, 1(s7)
    REFUSED refused_store, sw s7, 1(s7)
    REFUSED refused_timer, sw s7, 2(s6)
    REFUSED refused_byte, lb a0, 0(s6)
    REFUSED refused_by_pmp, sw s7, 0(s9)

    .balign 8
rows:
    .macro  ROW name, cause, machine
    .dword  \name, \cause, \machine
    .endm
    ROW     refused_ecall, 0, 1
    ROW     refused_ebreak, 3, 1
    ROW     refused_supervisor_csr, 2, 1
    ROW     refused_read_only_csr, 2, 1
    ROW     refused_machine_csr, 2, 0
    ROW     refused_machine_write, 2, 0
    ROW     refused_mret, 2, 0
    ROW     refused_load, 5, 1
    ROW     refused_store, 7, 1
    ROW     refused_timer, 7, 1
    ROW     refused_byte, 5, 1
    ROW     refused_by_pmp, 7, 1
rows_end:
    .balign 4
locked_word:
    .word   0
