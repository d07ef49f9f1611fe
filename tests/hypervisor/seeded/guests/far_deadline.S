// Sets its time back and stores a deadline close to 2^64.
#include "tests/hypervisor/seeded/guests/frame.h"
    compute 5000
    sd      x0, 0(s1)
    li      a0, MTI
    csrw    mie, a0
    li      a0, -2
    sd      a0, 0(s0)
    compute 5000
    j       pass
