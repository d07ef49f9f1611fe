// Takes TICKS timer interrupts, PERIOD counts of mtime apart, and prints a dot for each.
#include "feature.h"
#define TICKS 10
#define PERIOD 2000
    la      t0, tick
    csrw    mtvec, t0
    li      a0, MTIMECMP
    li      a1, MTIME
    li      a2, UART
    li      a3, TICKS
    li      a5, PERIOD
    ld      a4, 0(a1)
    add     a4, a4, a5
    sd      a4, 0(a0)
    li      t0, MTI
    csrw    mie, t0
    csrsi   mstatus, MIE
1:  wfi
    j       1b

    .balign 4
tick:
    li      t0, '.'
    sb      t0, 0(a2)
    add     a4, a4, a5
    sd      a4, 0(a0)
    addi    a3, a3, -1
    beqz    a3, last
    mret
last:
    li      t0, '\n'
    sb      t0, 0(a2)
    j       pass
