// Every load and store instruction, compressed ones included, on a device: width, extension, every
// addressing form, rd = x0.
#include "feature.h"
    csrw    mie, x0
    li      a0, MTIMECMP
    li      a1, 0x80818283f4f5f6f7
    sd      a1, 0(a0)
    ld      a2, 0(a0)
    EXPECT_EQUAL(a2, a1)
    lw      a2, 0(a0)
    EXPECT(a2, 0xfffffffff4f5f6f7)
    lwu     a2, 0(a0)
    EXPECT(a2, 0xf4f5f6f7)
    // rd = x0 still accesses, and x0 stays zero.
    ld      x0, 0(a0)
    lw      x0, 4(a0)
    EXPECT(x0, 0)
    sd      x0, 0(a0)
    ld      a2, 0(a0)
    EXPECT(a2, 0)
    // Offsets of both signs, base and data register the same.
    li      a3, MTIMECMP + 2048
    sd      a1, -2048(a3)
    ld      a2, 0(a0)
    EXPECT_EQUAL(a2, a1)
    li      a3, MTIMECMP - 2044
    lw      a3, 2044(a3)
    EXPECT(a3, 0xfffffffff4f5f6f7)
    li      a3, MTIMECMP
    sd      a3, 0(a3)
    ld      a3, 0(a3)
    EXPECT(a3, MTIMECMP)
    // Every register as data: x31 down to x3.
    .irp    n, 1, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 26, 27, 28, 29
    li      x\n, 0x5a00 + \n
    sd      x\n, 0(a0)
    li      x\n, 0
    ld      x\n, 0(a0)
    li      t5, 100 + \n
    li      t6, 0x5a00 + \n
    bne     x\n, t6, fail
    .endr

    // Compressed, register forms: offsets 0..124 and 0..248.
    .option push
    .option rvc
    li      a1, 0x80818283f4f5f6f7
    li      s1, 0
    c.sd    a1, 0(a0)
    c.ld    s1, 0(a0)
    EXPECT_EQUAL(s1, a1)
    c.lw    a5, 4(a0)
    EXPECT(a5, 0xffffffff80818283)
    li      a4, 0x76543210
    c.sw    a4, 4(a0)
    c.ld    a5, 0(a0)
    EXPECT(a5, 0x76543210f4f5f6f7)
    li      a3, MTIMECMP - 248
    c.sd    a1, 248(a3)
    c.ld    a2, 248(a3)
    EXPECT_EQUAL(a2, a1)
    li      a3, MTIMECMP - 124 + 4
    c.sw    a4, 124(a3)
    c.lw    a2, 124(a3)
    EXPECT_EQUAL(a2, a4)
    ld      a2, 0(a0)
    EXPECT(a2, 0x76543210f4f5f6f7)
    li      a3, MTIMECMP - 64
    c.lw    a2, 64(a3)
    EXPECT(a2, 0xfffffffff4f5f6f7)
    c.ld    a2, 64(a3)
    EXPECT(a2, 0x76543210f4f5f6f7)
    // Stack-pointer forms: offsets 0..252 and 0..504, any data register.
    li      sp, MTIMECMP
    c.sdsp  a1, 0(sp)
    c.ldsp  t0, 0(sp)
    EXPECT_EQUAL(t0, a1)
    c.lwsp  t1, 4(sp)
    EXPECT(t1, 0xffffffff80818283)
    c.swsp  a4, 4(sp)
    c.ldsp  x31, 0(sp)
    mv      t0, x31
    EXPECT(t0, 0x76543210f4f5f6f7)
    li      sp, MTIMECMP - 504
    c.sdsp  a1, 504(sp)
    c.ldsp  t0, 504(sp)
    EXPECT_EQUAL(t0, a1)
    c.sdsp  x0, 504(sp)
    c.ldsp  t0, 504(sp)
    EXPECT(t0, 0)
    li      sp, MTIMECMP - 252 + 4
    c.swsp  a4, 252(sp)
    c.lwsp  t0, 252(sp)
    EXPECT_EQUAL(t0, a4)
    li      sp, MTIMECMP - 64
    c.ldsp  t0, 64(sp)
    EXPECT(t0, 0x7654321000000000)
    // c.sd with data and base the same register
    c.sd    a0, 0(a0)
    c.ld    a0, 0(a0)
    EXPECT(a0, MTIMECMP)
    .option pop

    // Bytes, on the UART's scratch register: sign and zero extension.
    li      a0, UART
    li      a1, 0x185
    sb      a1, 7(a0)
    lb      a2, 7(a0)
    EXPECT(a2, 0xffffffffffffff85)
    lbu     a2, 7(a0)
    EXPECT(a2, 0x85)

    // The timer takes words and double words, aligned; msip words only. Anything else is a fault.
    li      a0, MTIMECMP
    TRAPS(5, lb a1, 0(a0))
    TRAPS(5, lhu a1, 0(a0))
    TRAPS(7, sb a1, 0(a0))
    TRAPS(7, sh a1, 2(a0))
    li      a0, MSIP
    TRAPS(5, ld a1, 0(a0))
    TRAPS(7, sd a1, 0(a0))
    j       pass
