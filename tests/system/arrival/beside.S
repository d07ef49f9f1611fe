// Computes until CYCLES counts of mtime have passed: the one that the other VM is switched to and from.
#include "tests/hypervisor/guests/feature.h"
    li      a0, MTIME
    li      a1, CYCLES
1:  li      a2, 2000
2:  addi    a2, a2, -1
    bnez    a2, 2b
    ld      a3, 0(a0)
    bltu    a3, a1, 1b
    j       pass
