# A supervisor behind an SBI firmware: TICKS timer interrupts, PERIOD counts of mtime apart, then none
# any more, then shutdown. With SSTC it arms stimecmp itself, otherwise it asks the firmware (SBI
# specification 1.0, "Timer Extension", "System Reset Extension").
#include "models/base/virt_map.h"
#include "tests/platform/programs/endings.h"

#define TICKS 20
#define PERIOD 500
#define UART VIRT_UART_BASE
#define STIMECMP 0x14d

#define SBI_TIME 0x54494d45
#define SBI_SRST 0x53525354

# Arms the timer for a0.
.macro set_timer
#ifdef SSTC
    csrw STIMECMP, a0
#else
    li a7, SBI_TIME
    li a6, 0
    ecall
    bnez a0, wrong
#endif
.endm

# s0: ticks had, s1: the deadline, s2: 1 when no interrupt may come
    .section .text.init, "ax"
    .globl _start
_start:
    bnez a0, wrong              # hart id
    beqz a1, wrong              # device tree
    li s0, 0
    li s2, 0
    la t0, handler
    csrw stvec, t0
    rdtime s1
    addi s1, s1, PERIOD
    mv a0, s1
    set_timer
    csrsi sstatus, 2            # SIE
    li t0, 1 << 5               # STIE
    csrw sie, t0
    li s3, TICKS
1:  wfi
    bltu s0, s3, 1b             # a slow machine may take more
    # Out of reach: nothing is pending, nothing comes.
    csrci sstatus, 2
    li a0, -1
    set_timer
    csrr t0, sip
    andi t0, t0, 1 << 5
    bnez t0, wrong
    li s2, 1
    csrsi sstatus, 2
    li t0, 2000
2:  addi t0, t0, -1
    bnez t0, 2b

    la t0, text
    li t1, UART
3:  lbu t2, 0(t0)
    beqz t2, 5f
4:  lbu t3, 5(t1)               # LSR
    andi t3, t3, 0x20           # THRE
    beqz t3, 4b
    sb t2, 0(t1)
    addi t0, t0, 1
    j 3b
5:  li a7, SBI_SRST
    li a6, 0
    li a0, 0                    # shutdown
    li a1, 0                    # no reason
    ecall
wrong:
    finish 0x13333

    .balign 4
handler:
    csrr t0, scause
    li t1, 1 << 63 | 5          # supervisor timer interrupt
    bne t0, t1, wrong
    bnez s2, wrong
    rdtime t0
    bltu t0, s1, wrong          # before its deadline
    addi s0, s0, 1
    addi s1, s1, PERIOD
    mv a0, s1
    set_timer
    sret

text: .asciz "supervisor: 20 ticks\n"
