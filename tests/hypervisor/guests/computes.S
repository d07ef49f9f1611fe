// Computes for 20,000,000 instructions, without any trap.
#include "feature.h"
    li      a1, 10000000
1:  addi    a1, a1, -1
    bnez    a1, 1b
    j       pass
