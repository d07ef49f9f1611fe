# Loads and stores: sign and zero extension, byte order, offsets, neighbours untouched.
#include "tests/programs/check.h"

    .data
    .align 3
pattern:
    .8byte 0x8182838485868788, 0x7172737475767778
scratch:
    .8byte 0, 0, 0

    .text
    .globl main
main:
    la s0, pattern
#define LOAD(op, offset, result) \
    op a0, offset(s0);           \
    EXPECT(a0, result)
    LOAD(lb, 0, 0xffffffffffffff88)
    LOAD(lb, 7, 0xffffffffffffff81)
    LOAD(lb, 8, 0x78)
    LOAD(lbu, 0, 0x88)
    LOAD(lbu, 7, 0x81)
    LOAD(lh, 0, 0xffffffffffff8788)
    LOAD(lh, 6, 0xffffffffffff8182)
    LOAD(lh, 8, 0x7778)
    LOAD(lhu, 0, 0x8788)
    LOAD(lhu, 6, 0x8182)
    LOAD(lw, 0, 0xffffffff85868788)
    LOAD(lw, 4, 0xffffffff81828384)
    LOAD(lw, 8, 0x75767778)
    LOAD(lwu, 0, 0x85868788)
    LOAD(lwu, 4, 0x81828384)
    LOAD(ld, 0, 0x8182838485868788)
    LOAD(ld, 8, 0x7172737475767778)
    addi s0, s0, 16
    LOAD(lb, -1, 0x71)
    LOAD(ld, -16, 0x8182838485868788)
    li a0, 2048
    add s0, s0, a0
    LOAD(lbu, -2048, 0)
    addi s0, s0, -2047
    addi s0, s0, -2047
    addi s0, s0, -17
    LOAD(lbu, 2047, 0x88)

    # a load to x0 still is one, and its own base may be the destination
    la a0, pattern
    ld x0, 0(a0)
    EXPECT(x0, 0)
    ld a0, 8(a0)
    EXPECT(a0, 0x7172737475767778)

    # a store changes its bytes and no others
    la s0, scratch
#define STORE(op, offset, result)  \
    li a0, -1;                     \
    sd a0, 0(s0);                  \
    li a0, 0x1122334455667788;     \
    op a0, offset(s0);             \
    ld a1, 0(s0);                  \
    EXPECT(a1, result);            \
    ld a1, 8(s0);                  \
    EXPECT(a1, 0)
    STORE(sb, 0, 0xffffffffffffff88)
    STORE(sb, 3, 0xffffffff88ffffff)
    STORE(sb, 7, 0x88ffffffffffffff)
    STORE(sh, 0, 0xffffffffffff7788)
    STORE(sh, 2, 0xffffffff7788ffff)
    STORE(sh, 6, 0x7788ffffffffffff)
    STORE(sw, 0, 0xffffffff55667788)
    STORE(sw, 4, 0x55667788ffffffff)
    STORE(sd, 0, 0x1122334455667788)
    sd x0, 0(s0)
    ld a1, 0(s0)
    EXPECT(a1, 0)

    # a load right after the store that it depends on, wider and narrower
    li a0, 0xa5
    sb a0, 1(s0)
    lh a1, 0(s0)
    EXPECT(a1, 0xffffffffffffa500)
    li a0, 0x0123456789abcdef
    sd a0, 8(s0)
    lbu a1, 12(s0)
    EXPECT(a1, 0x67)
    PASS
