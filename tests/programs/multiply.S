# M: products, quotients and remainders, with the results that the unprivileged specification gives
# to division by zero and to overflow.
#include "tests/programs/check.h"

    .text
    .globl main
main:
    REGISTERS(mul, 0, 0, -1)
    REGISTERS(mul, 1, -1, -1)
    REGISTERS(mul, 0x8000000000000000, 0x8000000000000000, -1)
    REGISTERS(mul, 0xfffffffe00000001, 0xffffffff, 0xffffffff)
    REGISTERS(mul, 0, 0x100000000, 0x100000000)
    REGISTERS(mulh, 0, -1, -1)
    REGISTERS(mulh, -1, -1, 1)
    REGISTERS(mulh, 0x4000000000000000, 0x8000000000000000, 0x8000000000000000)
    REGISTERS(mulh, 0x3fffffffffffffff, 0x7fffffffffffffff, 0x7fffffffffffffff)
    REGISTERS(mulh, 0xc000000000000000, 0x8000000000000000, 0x7fffffffffffffff)
    REGISTERS(mulhu, 0xfffffffffffffffe, -1, -1)
    REGISTERS(mulhu, 0, -1, 1)
    REGISTERS(mulhu, 0x4000000000000000, 0x8000000000000000, 0x8000000000000000)
    REGISTERS(mulhu, 1, 0x100000000, 0x100000000)
    REGISTERS(mulhsu, -1, -1, -1)       # -1 times 2^64 - 1
    REGISTERS(mulhsu, 0, 1, -1)
    REGISTERS(mulhsu, -1, -1, 1)
    REGISTERS(mulhsu, 0xc000000000000000, 0x8000000000000000, 0x8000000000000000)
    REGISTERS(mulhsu, 0x7ffffffffffffffe, 0x7fffffffffffffff, -1)
    REGISTERS(mulw, 1, 0xffffffff, 0xffffffff)
    REGISTERS(mulw, 0xffffffff80000000, 0x80000000, 1)
    REGISTERS(mulw, 0, 0x10000, 0x10000)
    REGISTERS(mulw, 6, 0xabcd00000002, 0x123400000003)

    # towards zero; the remainder has the sign of the dividend
    REGISTERS(div, -3, -7, 2)
    REGISTERS(div, -3, 7, -2)
    REGISTERS(div, 3, -7, -2)
    REGISTERS(rem, -1, -7, 2)
    REGISTERS(rem, 1, 7, -2)
    REGISTERS(rem, -1, -7, -2)
    REGISTERS(divu, 0x7ffffffffffffffc, -7, 2)
    REGISTERS(remu, 1, -7, 2)
    REGISTERS(divu, 0, 1, -1)
    REGISTERS(remu, 1, 1, -1)

    # by zero: all ones, and the dividend
    REGISTERS(div, -1, 7, 0)
    REGISTERS(div, -1, 0, 0)
    REGISTERS(rem, 7, 7, 0)
    REGISTERS(rem, -7, -7, 0)
    REGISTERS(divu, -1, 7, 0)
    REGISTERS(remu, 0x8000000000000000, 0x8000000000000000, 0)
    # overflow: the dividend, and zero
    REGISTERS(div, 0x8000000000000000, 0x8000000000000000, -1)
    REGISTERS(rem, 0, 0x8000000000000000, -1)
    REGISTERS(divu, 0, 0x8000000000000000, -1)
    REGISTERS(remu, 0x8000000000000000, 0x8000000000000000, -1)

    # the W forms look at the low halves only
    REGISTERS(divw, -3, 0x12345678fffffff9, 2)
    REGISTERS(remw, -1, 0x12345678fffffff9, 2)
    REGISTERS(divuw, 0x7ffffffc, 0xfffffffffffffff9, 2)
    REGISTERS(remuw, 1, 0xfffffffffffffff9, 2)
    REGISTERS(divw, -1, 5, 0x100000000)
    REGISTERS(remw, 0xffffffff80000000, 0x80000000, 0x100000000)
    REGISTERS(divuw, -1, 5, 0)
    REGISTERS(remuw, 0xffffffff80000000, 0x80000000, 0)
    REGISTERS(divw, 0xffffffff80000000, 0x80000000, 0xffffffff)
    REGISTERS(remw, 0, 0x80000000, 0xffffffff)
    REGISTERS(divuw, 0xffffffff80000000, 0x80000000, 1)
    REGISTERS(divuw, -1, 0xffffffff, 1)

    # a source may be the destination
    li a0, 100
    li a1, 7
    rem a0, a0, a1
    EXPECT(a0, 2)
    mul a1, a1, a1
    EXPECT(a1, 49)
    PASS
