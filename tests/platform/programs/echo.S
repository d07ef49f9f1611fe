# Sleeps until its UART's interrupt says that a character has come, and sends it back; ends with "q".
# No timer is armed: nothing else can wake it.
#include "models/base/virt_map.h"
#define UART VIRT_UART_BASE
#define PLIC VIRT_PLIC_BASE
    .option norvc
    .section .text.init, "ax"
    .globl _start
_start:
    la      t0, wrong
    csrw    mtvec, t0
    li      a0, UART
    li      a1, PLIC
    li      t0, 1
    sw      t0, 40(a1)          # priority of source 10
    li      t1, PLIC + 0x2000
    li      t2, 1 << 10
    sw      t2, 0(t1)           # enabled for machine mode
    li      a2, PLIC + 0x200000
    sw      x0, 0(a2)           # threshold
    sb      t0, 2(a0)           # FIFOs on
    sb      t0, 1(a0)           # received data interrupts
    li      t0, 0x800
    csrw    mie, t0
    li      t0, '>'
    sb      t0, 0(a0)
1:  wfi
    lw      a3, 4(a2)           # claim
    beqz    a3, 1b
    li      t0, 10
    bne     a3, t0, wrong
2:  lbu     t1, 5(a0)
    andi    t1, t1, 1
    beqz    t1, 3f
    lbu     t2, 0(a0)
    sb      t2, 0(a0)
    li      t0, 'q'
    bne     t2, t0, 2b
    j       pass
3:  sw      a3, 4(a2)           # complete
    j       1b
pass:
    li      t0, VIRT_FINISHER_BASE
    li      t1, 0x5555
    sw      t1, 0(t0)
4:  j       4b
    .balign 4
wrong:
    li      t0, VIRT_FINISHER_BASE
    li      t1, 0x13333
    sw      t1, 0(t0)
5:  j       5b
