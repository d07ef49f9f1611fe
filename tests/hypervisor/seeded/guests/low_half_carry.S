// mtime comes to 2^32 - 1 while the safe order of a split write has stored the high half.
#include "tests/hypervisor/seeded/guests/frame.h"
    enable_timer_interrupt
    li      a0, -1
    sw      a0, 0(s0)
    li      a1, 0xffffff00
    sd      a1, 0(s1)
    sw      x0, 4(s0)
    compute 10000
    j       pass
