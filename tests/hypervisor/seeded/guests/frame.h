// Frame of the guests that provoke a seeded bug. Each ends by itself and passes whatever its timer
// does, so that it is the oracle that finds the bug.
#include "models/base/virt_map.h"
#define FINISHER VIRT_FINISHER_BASE
#define MTIMECMP (VIRT_TIMER_BASE + VIRT_TIMER_MTIMECMP)
#define MTIME (VIRT_TIMER_BASE + VIRT_TIMER_MTIME)
#define UART VIRT_UART_BASE
#define MIE 0x8
#define MTI 0x80

    .option norvc
    .section .text.init, "ax"
    .globl _start
_start:
    la      t0, handler
    csrw    mtvec, t0
    li      s0, MTIMECMP
    li      s1, MTIME
    li      s2, 0               // interrupts taken
    j       test

// Any trap: reads mcause, as handlers do, disarms the timer and goes on; behind the instruction
// after an exception.
    .balign 4
handler:
    csrr    t3, mcause
    li      t4, -1
    sd      t4, 0(s0)
    addi    s2, s2, 1
    bltz    t3, 1f
    csrr    t4, mepc
    addi    t4, t4, 4
    csrw    mepc, t4
1:  mret

pass:
    li      t0, FINISHER
    li      t1, 0x5555
    sw      t1, 0(t0)
1:  j       1b

// Computes for about `cycles` cycles.
    .macro  compute cycles
    li      t0, (\cycles) / 2
97: addi    t0, t0, -1
    bnez    t0, 97b
    .endm

    .macro  enable_timer_interrupt
    li      t0, MTI
    csrw    mie, t0
    csrsi   mstatus, MIE
    .endm

test:
