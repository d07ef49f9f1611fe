// A fetch of an instruction that begins in DRAM and does not end there. (QEMU 7.2 aborts on it
// natively.)
#include "feature.h"
#define END 0x81000000
    // mtval is the address of the half that is missing.
    li      a0, END
    li      a2, 0x0513      // addi a0, ...
    sh      a2, -2(a0)
    fence.i
    li      s8, -1
    la      s7, 1f
    jr      -2(a0)
1:  EXPECT(s8, 1)
    EXPECT(s9, END - 2)
    EXPECT(s10, END)
    j       pass
