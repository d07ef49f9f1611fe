// Stores zero in mtimecmp in a loop: an interrupt each time.
#include "tests/hypervisor/seeded/guests/frame.h"
    enable_timer_interrupt
    li      s4, 600
1:  sd      x0, 0(s0)
    addi    s4, s4, -1
    bnez    s4, 1b
    j       pass
