// Reads mtime before and after its carry into the high half.
#include "tests/hypervisor/seeded/guests/frame.h"
    li      a0, 0xffffff00
    sd      a0, 0(s1)
    ld      a1, 0(s1)
    compute 10000
    ld      a1, 0(s1)
    j       pass
