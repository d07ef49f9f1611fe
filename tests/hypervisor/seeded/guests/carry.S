// Reads mtime around its carry into the high half, with many distances between.
#include "tests/hypervisor/seeded/guests/frame.h"
    li      s4, 0
1:  li      a0, 0xffffffff
    sub     a0, a0, s4
    sd      a0, 0(s1)
    ld      a1, 0(s1)
    ld      a1, 0(s1)
    nop
    addi    s4, s4, 1
    li      a1, 150
    bltu    s4, a1, 1b
    j       pass
