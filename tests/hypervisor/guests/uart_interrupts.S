// Prints a text as an interrupt-driven driver does: each transmitter-empty interrupt sends the next
// character, vectored, while the program sleeps.
#include "feature.h"
#define PLIC VIRT_PLIC_BASE
#define CLAIM (PLIC + 0x200004)
#define MEI 0x800
    li      t0, PLIC
    li      t1, 1
    sw      t1, 40(t0)
    li      t0, PLIC + 0x2000
    li      t1, 1 << 10
    sw      t1, 0(t0)
    la      t0, vectors + 1
    csrw    mtvec, t0
    li      t0, MEI
    csrw    mie, t0
    li      s2, UART
    la      s3, text
    li      s4, 0           // interrupts
    li      t0, 1
    sb      t0, 2(s2)       // FIFOs on
    li      t0, 3
    sb      t0, 3(s2)       // 8N1
    li      t0, 2
    sb      t0, 1(s2)       // starts the transmitter
    // Sleeping with interrupts off and letting them in afterwards: no wake-up is lost.
1:  wfi
    csrsi   mstatus, MIE
    nop
    csrci   mstatus, MIE
    lbu     t0, 0(s3)
    bnez    t0, 1b
    lbu     t0, 1(s2)
    EXPECT(t0, 0)           // the handler turned it off at the text's end
    la      t0, text
    sub     t0, s3, t0
    addi    t0, t0, 1       // one for each character, one that finds none
    EXPECT_EQUAL(s4, t0)
    j       pass

send_next:
    addi    s4, s4, 1
    li      s5, CLAIM
    lw      s6, 0(s5)
    EXPECT(s6, 10)
    lbu     t0, 2(s2)
    andi    t0, t0, 0x0f
    EXPECT(t0, 2)
    lbu     t0, 0(s3)
    beqz    t0, 1f
    sb      t0, 0(s2)
    addi    s3, s3, 1
    j       2f
1:  sb      x0, 1(s2)
2:  sw      s6, 0(s5)
    mret
wrong:
    FAIL

    .balign 64
vectors:
    .rept 11
    j       wrong
    .endr
    j       send_next

    .section .rodata
text:
    .asciz  "sent by interrupts\n"
