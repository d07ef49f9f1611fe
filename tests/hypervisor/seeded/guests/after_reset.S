// Enables its timer's interrupt without having stored a deadline.
#include "tests/hypervisor/seeded/guests/frame.h"
    enable_timer_interrupt
    compute 1000
    j       pass
