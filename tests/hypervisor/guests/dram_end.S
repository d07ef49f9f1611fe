// Accesses and fetches around the end of DRAM, which is at 0x8100_0000: a partition of 16 MiB, or
// QEMU with -m 16.
#include "feature.h"
#define END 0x81000000
    li      a0, END
    li      a1, 0x1122334455667788
    // The last bytes work.
    sd      a1, -8(a0)
    ld      a2, -8(a0)
    EXPECT_EQUAL(a2, a1)
    lbu     a2, -1(a0)
    EXPECT(a2, 0x11)
    // Behind them nothing is.
    TRAPS(5, lb a2, 0(a0))
    EXPECT(s10, END)
    TRAPS(7, sb a2, 0(a0))
    EXPECT(s10, END)
    TRAPS(5, ld a2, 0(a0))
    AMO_TRAPS(amoadd.d a2, a2, (a0))
    // Across the end: an access fault, or misaligned; the destination keeps its value, memory too.
    li      a2, 77
    li      s8, -1
    la      s7, 1f
    ld      a2, -4(a0)
1:  EXPECT(a2, 77)
    addi    a4, s8, -4
    sltiu   a4, a4, 2
    EXPECT(a4, 1)
    li      s8, -1
    la      s7, 1f
    sd      a2, -4(a0)
1:  addi    a4, s8, -6
    sltiu   a4, a4, 2
    EXPECT(a4, 1)
    // A jump behind the end.
    li      s8, -1
    la      s7, 1f
    jr      a0
1:  EXPECT(s8, 1)
    EXPECT(s9, END)
    EXPECT(s10, END)
    // The last halfword holds a compressed instruction: it runs, the next one faults.
    li      a2, 0x0505      // c.addi a0, 1
    sh      a2, -2(a0)
    fence.i
    mv      a4, a0
    li      s8, -1
    la      s7, 1f
    jr      -2(a4)
1:  EXPECT(s8, 1)
    EXPECT(s9, END)
    EXPECT(a0, END + 1)
    li      a0, END
    // An instruction at the end that needs emulating works: c.lw from a device.
    li      a3, MTIMECMP
    li      a2, 0x12345678
    sw      a2, 0(a3)
    li      a2, 0x4284      // c.lw s1, 0(a3)
    sh      a2, -2(a0)
    fence.i
    li      s1, 0
    li      s8, -1
    la      s7, 1f
    jr      -2(a0)
1:  EXPECT(s8, 1)
    EXPECT(s9, END)
    EXPECT(s1, 0x12345678)
    j       pass
