// Of interrupts that pend together MEI comes first, then MSI, then MTI (privileged specification, "Machine
// Interrupt Registers"). QEMU 7.2 takes the lowest number first.
#include "feature.h"
#define PLIC VIRT_PLIC_BASE
#define MEI 0x800
    li      a0, PLIC
    li      t0, 1
    sw      t0, 40(a0)
    li      a1, PLIC + 0x2000
    li      t0, 1 << 10
    sw      t0, 0(a1)
    li      a2, UART
    li      t0, 2
    sb      t0, 1(a2)       // the transmitter is empty
    li      a3, MSIP
    li      t0, 1
    sw      t0, 0(a3)
    li      a4, MTIMECMP
    sd      x0, 0(a4)
    li      t0, MEI | MSI | MTI
    csrw    mie, t0
1:  csrr    t1, mip
    bne     t0, t1, 1b
    li      s8, -1
    la      s7, 2f
    csrsi   mstatus, MIE
    FAIL
2:  EXPECT(s8, INTERRUPT | 11)
    sb      x0, 1(a2)
    li      a5, PLIC + 0x200004
    lw      a6, 0(a5)
    EXPECT(a6, 10)
    sw      a6, 0(a5)
    la      s7, 3f
    csrsi   mstatus, MIE
    FAIL
3:  EXPECT(s8, INTERRUPT | 3)
    sw      x0, 0(a3)
    la      s7, 4f
    csrsi   mstatus, MIE
    FAIL
4:  EXPECT(s8, INTERRUPT | 7)
    j       pass
