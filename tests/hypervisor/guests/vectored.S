// mtvec in vectored mode: interrupts to BASE + 4 * number, exceptions to BASE.
#include "feature.h"
    la      a0, vectors
    addi    a0, a0, 1
    csrw    mtvec, a0
    li      a0, MSI | MTI
    csrw    mie, a0
    li      a1, MSIP
    li      a2, MTIMECMP
    li      a3, 1
    li      a4, -1
    sd      a4, 0(a2)

    // An exception goes to BASE.
    li      a5, 0
    la      s7, 1f
    ecall
1:  EXPECT(a5, 100)
    // The software interrupt to entry 3.
    li      a5, 0
    la      s7, 1f
    sw      a3, 0(a1)
    csrsi   mstatus, MIE
2:  j       2b
1:  EXPECT(a5, 103)
    EXPECT(s8, INTERRUPT + 3)
    // The timer interrupt to entry 7.
    li      a5, 0
    la      s7, 1f
    csrci   mstatus, MIE
    sd      x0, 0(a2)
    csrsi   mstatus, MIE
2:  j       2b
1:  EXPECT(a5, 107)
    EXPECT(s8, INTERRUPT + 7)
    // Both pending: software comes before timer.
    csrci   mstatus, MIE
    sw      a3, 0(a1)
    sd      x0, 0(a2)
    li      a5, 0
    la      s7, 1f
    csrsi   mstatus, MIE
2:  j       2b
1:  EXPECT(a5, 103)
    // Direct mode again: interrupts go to BASE as well.
    csrci   mstatus, MIE
    la      a0, vectors
    csrw    mtvec, a0
    sd      x0, 0(a2)
    li      a5, 0
    la      s7, 1f
    csrsi   mstatus, MIE
2:  j       2b
1:  EXPECT(a5, 100)
    EXPECT(s8, INTERRUPT + 7)
    j       pass

    // Each entry leaves 100 + its number in a5 and silences the devices.
    .balign 256
vectors:
    j       entry_0
    .rept   2
    j       entry_other
    .endr
    j       entry_3
    .rept   3
    j       entry_other
    .endr
    j       entry_7
    .rept   8
    j       entry_other
    .endr
entry_0:
    addi    a5, a5, 100
    j       silence
entry_3:
    addi    a5, a5, 103
    j       silence
entry_7:
    addi    a5, a5, 107
silence:
    sw      x0, 0(a1)
    sd      a4, 0(a2)
    csrr    s8, mcause
    csrw    mepc, s7
    mret
entry_other:
    FAIL
