// Computes, with its interrupt enabled, until its deadline has come; then again.
#include "tests/hypervisor/seeded/guests/frame.h"
    enable_timer_interrupt
    li      s4, 4
1:  ld      a0, 0(s1)
    li      a1, 15000
    add     a0, a0, a1
    sd      a0, 0(s0)
    li      s2, 0
2:  beqz    s2, 2b
    addi    s4, s4, -1
    bnez    s4, 1b
    j       pass
