// A guest beyond help: its trap vector points to where nothing is. It never ends.
#include "feature.h"
    li      a0, NOTHING
    csrw    mtvec, a0
    ecall
