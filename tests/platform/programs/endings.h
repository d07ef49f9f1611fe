/* How the test programs talk to the finisher. */
#include "models/base/virt_map.h"
#define FINISHER VIRT_FINISHER_BASE

.macro finish value
    li t0, FINISHER
    li t1, \value
    sw t1, 0(t0)
1:  j 1b
.endm
