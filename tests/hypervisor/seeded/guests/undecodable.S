// Executes something that is no instruction.
#include "tests/hypervisor/seeded/guests/frame.h"
    .word   0xffffffff
    j       pass
