// msip: bit 0 is the software interrupt's level.
#include "feature.h"
    li      a0, MSIP
    li      a1, -1
    li      a2, MSI
    lw      a3, 0(a0)
    EXPECT(a3, 0)
    csrr    a3, mip
    and     a3, a3, a2
    EXPECT(a3, 0)
    // Only bit 0 exists.
    sw      a1, 0(a0)
    lw      a3, 0(a0)
    EXPECT(a3, 1)
    csrr    a3, mip
    and     a3, a3, a2
    EXPECT(a3, MSI)
    li      a3, 0xfffffffe
    sw      a3, 0(a0)
    lw      a3, 0(a0)
    EXPECT(a3, 0)
    csrr    a3, mip
    and     a3, a3, a2
    EXPECT(a3, 0)
    // Taken by the store itself when everything is enabled.
    csrw    mie, a2
    csrsi   mstatus, MIE
    li      s8, -1
    la      s7, 1f
    sw      a1, 0(a0)
2:  j       2b
1:  csrci   mstatus, MIE
    EXPECT(s8, INTERRUPT + 3)
    EXPECT(s10, 0)
    sw      x0, 0(a0)
    // Not taken when disabled.
    csrw    mie, x0
    li      s8, -1
    la      s7, fail_here
    csrsi   mstatus, MIE
    sw      a1, 0(a0)
    nop
    sw      x0, 0(a0)
    csrw    mie, a2
    nop
    EXPECT(s8, -1)
    j       pass
fail_here:
    FAIL
