// Loads and stores where its DRAM ends, and just behind it.
#include "tests/hypervisor/seeded/guests/frame.h"
    li      a0, 0x80200000
    ld      a1, -8(a0)
    ld      a1, 0(a0)
    sd      x0, 0(a0)
    j       pass
