// The PLIC, with the UART's transmitter as its source: registers, priority against threshold, claim and
// completion, the interrupt itself and WFI. Source 10 is the UART's on QEMU virt.
#include "feature.h"
#define PLIC VIRT_PLIC_BASE
#define PRIORITY10 (PLIC + 4 * 10)
#define PENDING (PLIC + 0x1000)
#define ENABLE (PLIC + 0x2000)       // context 0: machine mode of hart 0
#define ENABLE1 (PLIC + 0x2080)      // context 1: supervisor mode
#define THRESHOLD (PLIC + 0x200000)
#define CLAIM (PLIC + 0x200004)
#define CLAIM1 (PLIC + 0x201004)
#define MEI 0x800
#define BIT10 (1 << 10)
    csrw    mie, x0
    li      a0, PLIC
    li      a1, PRIORITY10
    li      a2, ENABLE
    li      a3, THRESHOLD
    li      a4, PENDING
    li      a5, UART
    // Registers: what a driver writes reads back, three bits of priority and threshold.
    li      t0, -1
    sw      t0, 0(a1)
    lw      t1, 0(a1)
    EXPECT(t1, 7)
    sw      x0, 0(a1)
    lw      t1, 0(a1)
    EXPECT(t1, 0)
    li      t0, 5
    sw      t0, 4 * 95(a0)
    lw      t1, 4 * 95(a0)
    EXPECT(t1, 5)
    sw      t0, 0(a3)
    lw      t1, 0(a3)
    EXPECT(t1, 5)
    sw      x0, 0(a3)
    li      t0, 0x80000400
    sw      t0, 0(a2)
    lw      t1, 0(a2)
    EXPECT(t1, 0xffffffff80000400)
    li      a6, ENABLE1
    lw      t1, 0(a6)
    EXPECT(t1, 0)
    sw      t0, 4(a6)
    lwu     t1, 4(a6)
    EXPECT(t1, 0x80000400)
    sw      x0, 0(a2)
    // Nothing is pending; what does not exist reads zero; 32 bits only.
    lw      t1, 0(a4)
    EXPECT(t1, 0)
    li      a6, CLAIM
    lw      t1, 0(a6)
    EXPECT(t1, 0)
    li      a7, CLAIM1
    lw      t1, 0(a7)
    EXPECT(t1, 0)
    li      a7, PLIC + 0x1ff000
    WORKS(sw t0, 0(a7))
    lw      t1, 0(a7)
    EXPECT(t1, 0)
    TRAPS(5, ld t1, 0(a2))
    TRAPS(5, lbu t1, 0(a2))
    TRAPS(7, sh x0, 0(a2))
    TRAPS(7, sd x0, 0(a2))

    // The transmitter's interrupt is pending, enabled or not, and reaches mip only with a priority above
    // the threshold.
    li      t0, 2
    sb      t0, 1(a5)
    lw      t1, 0(a4)
    EXPECT(t1, BIT10)
#define MEIP_IS(value) csrr t1, mip; li t2, MEI; and t1, t1, t2; EXPECT(t1, value)
    MEIP_IS(0)
    li      t0, BIT10
    sw      t0, 0(a2)
    MEIP_IS(0)
    li      t0, 2
    sw      t0, 0(a1)
    MEIP_IS(MEI)
    sw      t0, 0(a3)
    MEIP_IS(0)
    sw      x0, 0(a3)
    MEIP_IS(MEI)
    // Context 1 does not enable it.
    li      a7, CLAIM1
    lw      t1, 0(a7)
    EXPECT(t1, 0)
    MEIP_IS(MEI)

    // WFI does not wait; with MIE the interrupt is taken.
    li      t0, MEI
    csrw    mie, t0
    wfi
    li      s8, -1
    la      s7, 1f
    csrsi   mstatus, MIE
    FAIL
1:  EXPECT(s8, INTERRUPT | 11)
    EXPECT(s10, 0)
    lw      t1, 0(a6)
    EXPECT(t1, 10)
    MEIP_IS(0)
    lw      t1, 0(a4)
    EXPECT(t1, 0)
    lw      t1, 0(a6)
    EXPECT(t1, 0)
    // Served: reading IIR takes the request back. Then completed: nothing comes again.
    lbu     t1, 2(a5)
    andi    t1, t1, 0x0f
    EXPECT(t1, 2)
    li      t0, 10
    sw      t0, 0(a6)
    MEIP_IS(0)
    // A further character makes the transmitter empty again.
    li      t0, '.'
    sb      t0, 0(a5)
    MEIP_IS(MEI)
    lw      t1, 0(a6)
    EXPECT(t1, 10)
    // One that becomes empty while the first is being served comes after its completion.
    lbu     t1, 2(a5)
    li      t0, '\n'
    sb      t0, 0(a5)
    MEIP_IS(0)
    li      t0, 10
    sw      t0, 0(a6)
    MEIP_IS(MEI)
    lw      t1, 0(a6)
    EXPECT(t1, 10)
    lbu     t1, 2(a5)
    sw      t1, 0(a6)       // completing another source than one's own changes nothing
    sb      x0, 1(a5)
    li      t0, 10
    sw      t0, 0(a6)
    MEIP_IS(0)
    j       pass
