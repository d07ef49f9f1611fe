// Writes to its console for a while.
#include "tests/hypervisor/seeded/guests/frame.h"
    li      a0, UART
    li      s4, 200
1:  li      a1, 'x'
    sb      a1, 0(a0)
    addi    s4, s4, -1
    bnez    s4, 1b
    li      a1, '\n'
    sb      a1, 0(a0)
    j       pass
