// Accesses to devices that no driver makes: widths that they do not take, and places beside their
// registers. A UART that talks to itself says so in IIR.
#include "feature.h"
#define IER 1
#define IIR 2
#define MCR 4
#define LSR 5
    // The test finisher takes halfwords and words; only its first register does something.
    li      s2, FINISHER
    TRAPS(7, sb x0, 0(s2))
    EXPECT_EQUAL(s10, s2)
    TRAPS(7, sd x0, 0(s2))
    TRAPS(5, lb a0, 0(s2))
    TRAPS(5, ld a0, 0(s2))
    li      a1, 0x5555
    sw      a1, 4(s2)
    sh      a1, 8(s2)
    li      a1, 0x1234
    sw      a1, 0(s2)           // no command
    sh      x0, 0(s2)
    lw      a0, 0(s2)
    EXPECT(a0, 0)

    // Received data is what was sent, and comes before the empty transmitter.
    li      s3, UART
    li      a1, 0x10
    sb      a1, MCR(s3)
    li      a1, 3
    sb      a1, IER(s3)
    li      a1, 0x5a
    sb      a1, 0(s3)
    lbu     a0, IIR(s3)
    andi    a0, a0, 0xf
    EXPECT(a0, 4)
    lbu     a0, LSR(s3)
    andi    a0, a0, 1
    EXPECT(a0, 1)
    lbu     a0, 0(s3)
    EXPECT(a0, 0x5a)
    lbu     a0, IIR(s3)
    andi    a0, a0, 0xf
    EXPECT(a0, 2)
    lbu     a0, IIR(s3)         // reading it has acknowledged that
    andi    a0, a0, 0xf
    EXPECT(a0, 1)
    sb      x0, IER(s3)
    sb      x0, MCR(s3)
    j       pass
