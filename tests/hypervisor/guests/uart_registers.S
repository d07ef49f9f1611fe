// The ns16550a's registers, as a driver without interrupts uses them.
#include "feature.h"
    li      a0, UART
    // Line status: transmitter empty and idle, nothing received.
    lbu     a1, 5(a0)
    EXPECT(a1, 0x60)
    // Scratch register.
    li      a1, 0xa5
    sb      a1, 7(a0)
    lbu     a2, 7(a0)
    EXPECT(a2, 0xa5)
    // Divisor latch behind LCR.DLAB; the registers in front keep their values.
    sb      x0, 1(a0)
    li      a1, 0x83
    sb      a1, 3(a0)
    lbu     a2, 3(a0)
    EXPECT(a2, 0x83)
    li      a1, 0x12
    sb      a1, 0(a0)
    li      a1, 0x34
    sb      a1, 1(a0)
    lbu     a2, 0(a0)
    EXPECT(a2, 0x12)
    lbu     a2, 1(a0)
    EXPECT(a2, 0x34)
    li      a1, 0x03
    sb      a1, 3(a0)
    lbu     a2, 1(a0)
    EXPECT(a2, 0)
    // Interrupt enable: four bits.
    li      a1, 0xff
    sb      a1, 1(a0)
    lbu     a2, 1(a0)
    EXPECT(a2, 0x0f)
    sb      x0, 1(a0)
    // Interrupt identification: none pending; transmitter empty once it is enabled, until read.
    lbu     a2, 2(a0)
    andi    a2, a2, 0x0f
    EXPECT(a2, 1)
    li      a1, 2
    sb      a1, 1(a0)
    lbu     a2, 2(a0)
    andi    a2, a2, 0x0f
    EXPECT(a2, 2)
    lbu     a2, 2(a0)
    andi    a2, a2, 0x0f
    EXPECT(a2, 1)
    // Disabled and enabled again it is pending again.
    sb      x0, 1(a0)
    sb      a1, 1(a0)
    lbu     a2, 2(a0)
    andi    a2, a2, 0x0f
    EXPECT(a2, 2)
    sb      x0, 1(a0)
    // FIFOs on show in the two top bits.
    li      a1, 1
    sb      a1, 2(a0)
    lbu     a2, 2(a0)
    andi    a2, a2, 0xc0
    EXPECT(a2, 0xc0)
    sb      x0, 2(a0)
    lbu     a2, 2(a0)
    andi    a2, a2, 0xc0
    EXPECT(a2, 0)
    // Modem control, and its loopback to modem status: RTS to CTS, OUT2 to DCD.
    li      a1, 0x0b
    sb      a1, 4(a0)
    lbu     a2, 4(a0)
    EXPECT(a2, 0x0b)
    li      a1, 0x1a
    sb      a1, 4(a0)
    lbu     a2, 6(a0)
    andi    a2, a2, 0xf0
    EXPECT(a2, 0x90)
    li      a1, 0x15
    sb      a1, 4(a0)
    lbu     a2, 6(a0)
    andi    a2, a2, 0xf0
    EXPECT(a2, 0x60)
    // Loopback of data.
    li      a1, 0x5a
    sb      a1, 0(a0)
1:  lbu     a2, 5(a0)
    andi    a2, a2, 1
    beqz    a2, 1b
    lbu     a2, 0(a0)
    EXPECT(a2, 0x5a)
    lbu     a2, 5(a0)
    andi    a2, a2, 1
    EXPECT(a2, 0)
    sb      x0, 4(a0)
    // A line, by polling.
    la      a1, text
1:  lbu     a2, 5(a0)
    andi    a2, a2, 0x20
    beqz    a2, 1b
    lbu     a2, 0(a1)
    beqz    a2, 2f
    sb      a2, 0(a0)
    addi    a1, a1, 1
    j       1b
2:  j       pass

    .section .rodata
text:
    .asciz  "uart works\n"
