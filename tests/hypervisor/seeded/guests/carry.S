// Reads mtime around its carry into the high half: with many distances to the carry, each in every
// phase of the tick, so that one read falls into the very cycles of it.
#include "tests/hypervisor/seeded/guests/frame.h"
    li      s4, 20
1:  li      s5, 0
2:  li      a0, 0xffffffff
    sub     a0, a0, s4
    sd      a0, 0(s1)
    mv      t0, s5              // a cycle or two more each time
3:  addi    t0, t0, -1
    bgez    t0, 3b
    ld      a1, 0(s1)
    addi    s5, s5, 1
    li      a1, 10
    bltu    s5, a1, 2b
    addi    s4, s4, 1
    li      a1, 100
    bltu    s4, a1, 1b
    j       pass
