// Stores mtimecmp in halves, in the safe order, while the interrupt is enabled.
#include "tests/hypervisor/seeded/guests/frame.h"
    enable_timer_interrupt
    li      a0, -1
    sw      a0, 0(s0)
    sw      x0, 4(s0)           // the deadline is 2^32 - 1 now, far away
    ld      a1, 0(s1)
    addi    a1, a1, 1000
    sw      a1, 0(s0)
    compute 20000
    j       pass
