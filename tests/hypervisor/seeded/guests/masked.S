// Its deadline passes while its interrupt is masked; it computes on, longer than a slice.
#include "tests/hypervisor/seeded/guests/frame.h"
    li      a0, MTI
    csrw    mie, a0
    li      a0, 1
    sd      a0, 0(s0)
    compute 300000
    li      a0, -1
    sd      a0, 0(s0)
    j       pass
