# A: every AMO in both widths, and the rules of lr and sc.
#include "tests/programs/check.h"

    .bss
    .align 3
cell:
    .space 16

    .text
    .globl main
main:
    la s0, cell
    # Memory holds `old` in its low half (the high half all ones) or as a whole; the register gets
    # the old value, sign-extended, and memory the new one.
#define AMO_W(op, old, operand, new)  \
    li a0, 0xffffffff00000000 | (old);\
    sd a0, 0(s0);                     \
    li a1, operand;                   \
    op a2, a1, (s0);                  \
    slliw a0, a0, 0;                  \
    EXPECT_EQUAL(a2, a0);             \
    ld a3, 0(s0);                     \
    EXPECT(a3, 0xffffffff00000000 | (new))
#define AMO_D(op, old, operand, new)  \
    li a0, old;                       \
    sd a0, 0(s0);                     \
    li a1, operand;                   \
    op a2, a1, (s0);                  \
    EXPECT_EQUAL(a2, a0);             \
    ld a3, 0(s0);                     \
    EXPECT(a3, new)

    AMO_W(amoswap.w, 0x80000001, 0x12345678, 0x12345678)
    AMO_W(amoadd.w, 0x7fffffff, 1, 0x80000000)
    AMO_W(amoadd.w, 0xffffffff, 2, 1)
    AMO_W(amoand.w, 0xff00ff00, 0xabcdef0f0f0f0f0f, 0x0f000f00)
    AMO_W(amoor.w, 0xff00ff00, 0x0f0f0f0f, 0xff0fff0f)
    AMO_W(amoxor.w, 0xff00ff00, 0x0f0f0f0f, 0xf00ff00f)
    AMO_W(amomin.w, 0x80000000, 0x7fffffff, 0x80000000)
    AMO_W(amomin.w, 1, 0x1ffffffff, 0xffffffff)
    AMO_W(amomax.w, 0x80000000, 0x7fffffff, 0x7fffffff)
    AMO_W(amomax.w, 1, 0x1ffffffff, 1)
    AMO_W(amominu.w, 0x80000000, 0x7fffffff, 0x7fffffff)
    AMO_W(amominu.w, 1, 0xffffffff00000000, 0)
    AMO_W(amomaxu.w, 0x80000000, 0x7fffffff, 0x80000000)
    AMO_W(amomaxu.w, 1, 0xffffffff, 0xffffffff)
    AMO_D(amoswap.d, 0x8000000000000001, 0x1234567812345678, 0x1234567812345678)
    AMO_D(amoadd.d, 0x7fffffffffffffff, 1, 0x8000000000000000)
    AMO_D(amoadd.d, 0xffffffff, 1, 0x100000000)
    AMO_D(amoand.d, 0xff00ff00ff00ff00, 0x0f0f0f0f0f0f0f0f, 0x0f000f000f000f00)
    AMO_D(amoor.d, 0xff00ff00ff00ff00, 0x0f0f0f0f0f0f0f0f, 0xff0fff0fff0fff0f)
    AMO_D(amoxor.d, 0xff00ff00ff00ff00, 0x0f0f0f0f0f0f0f0f, 0xf00ff00ff00ff00f)
    AMO_D(amomin.d, 0x8000000000000000, 1, 0x8000000000000000)
    AMO_D(amomin.d, 5, -5, -5)
    AMO_D(amomax.d, 0x8000000000000000, 1, 1)
    AMO_D(amomax.d, 5, -5, 5)
    AMO_D(amominu.d, 0x8000000000000000, 1, 1)
    AMO_D(amominu.d, 5, -5, 5)
    AMO_D(amomaxu.d, 0x8000000000000000, 1, 0x8000000000000000)
    AMO_D(amomaxu.d, 5, -5, -5)

    # the upper word of a pair; ordering bits change no result; x0 and the data as destination
    li a0, 0x1111111122222222
    sd a0, 0(s0)
    addi s1, s0, 4
    li a1, 1
    amoadd.w.aqrl a2, a1, (s1)
    EXPECT(a2, 0x11111111)
    ld a3, 0(s0)
    EXPECT(a3, 0x1111111222222222)
    amoswap.d.aq a1, a1, (s0)
    EXPECT(a1, 0x1111111222222222)
    ld a3, 0(s0)
    EXPECT(a3, 1)
    li a1, 6
    amoadd.d.rl x0, a1, (s0)
    EXPECT(x0, 0)
    ld a3, 0(s0)
    EXPECT(a3, 7)
    mv a0, s0
    amoadd.d a0, a1, (a0)
    EXPECT(a0, 7)

    # lr and sc: success writes 0 to rd and the data to memory
    li a0, 0xffffffff80000000
    sd a0, 0(s0)
    li a1, 0x55
1:  lr.w a2, (s0)
    sc.w a3, a1, (s0)
    bnez a3, 1b                         # may fail spuriously, but not for ever
    EXPECT(a2, 0xffffffff80000000)
    ld a0, 0(s0)
    EXPECT(a0, 0xffffffff00000055)
1:  lr.d.aq a2, (s0)
    sc.d.rl a3, a1, (s0)
    bnez a3, 1b
    EXPECT(a2, 0xffffffff00000055)
    ld a0, 0(s0)
    EXPECT(a0, 0x55)

    # without a reservation, sc fails: rd is not zero and memory is unchanged. One sc, successful or
    # not, ends the reservation (unprivileged specification, "Load-Reserved/Store-Conditional").
    li a1, 0x66
    sc.d a3, a1, (s0)
    snez a3, a3
    EXPECT(a3, 1)
    ld a0, 0(s0)
    EXPECT(a0, 0x55)
    lr.d a2, (s0)
    addi s1, s0, 8
    sc.d a3, a1, (s1)                   # another address: may succeed or not
    sc.d a3, a1, (s0)
    snez a3, a3
    EXPECT(a3, 1)
    ld a0, 0(s0)
    EXPECT(a0, 0x55)
    PASS
