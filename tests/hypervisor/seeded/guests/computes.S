// Computes for some slices and needs no timer.
#include "tests/hypervisor/seeded/guests/frame.h"
    compute 300000
    j       pass
