// Enables the interrupt of a timer that is disarmed.
#include "tests/hypervisor/seeded/guests/frame.h"
    li      a0, -1
    sd      a0, 0(s0)
    csrsi   mstatus, MIE
    li      a0, MTI
    csrw    mie, a0
    csrw    mie, x0
    compute 1000
    j       pass
