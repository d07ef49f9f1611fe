# C: every instruction of RV64C without floating point, at the ends of its immediates; the reserved
# encodings; the hints.
#include "tests/programs/check.h"

    .data
    .align 3
cells:
    .8byte 0x8182838485868788, 0x7172737475767778
    .space 512

    .text
    .option rvc
    .globl main
main:
    # constants and immediates
    c.li a0, 31
    EXPECT(a0, 31)
    c.li a0, -32
    EXPECT(a0, -32)
    c.lui a0, 1
    EXPECT(a0, 0x1000)
    c.lui a0, 0xfffff
    EXPECT(a0, 0xfffffffffffff000)
    c.lui a0, 0xfffe0
    EXPECT(a0, 0xfffffffffffe0000)
    li a0, 100
    c.addi a0, -32
    EXPECT(a0, 68)
    c.addi a0, 31
    EXPECT(a0, 99)
    li a0, 0x7fffffff
    c.addiw a0, 1
    EXPECT(a0, 0xffffffff80000000)
    li a0, 0x1234567880000000
    c.addiw a0, 0                       # sext.w
    EXPECT(a0, 0xffffffff80000000)
    li a0, -1
    c.andi a0, -32
    EXPECT(a0, 0xffffffffffffffe0)
    c.andi a0, 31
    EXPECT(a0, 0)
    c.nop

    # shifts
    li a0, 1
    c.slli a0, 63
    EXPECT(a0, 0x8000000000000000)
    c.srai a0, 32
    EXPECT(a0, 0xffffffff80000000)
    c.srli a0, 63
    EXPECT(a0, 1)
    c.slli a0, 1
    EXPECT(a0, 2)
    li a0, 0x8000000000000000
    c.srai a0, 63
    EXPECT(a0, -1)
    c.srli a0, 1
    EXPECT(a0, 0x7fffffffffffffff)

    # register and register
#define PAIR(op, result, a, b) \
    li s0, a;                  \
    li a5, b;                  \
    op s0, a5;                 \
    EXPECT(s0, result)
    PAIR(c.sub, -1, 1, 2)
    PAIR(c.xor, 6, 5, 3)
    PAIR(c.or, 7, 5, 3)
    PAIR(c.and, 1, 5, 3)
    PAIR(c.subw, 0x7fffffff, 0x80000000, 1)
    PAIR(c.addw, 0xffffffff80000000, 0x7fffffff, 1)
    PAIR(c.add, 0x80000000, 0x7fffffff, 1)
    PAIR(c.mv, 3, 5, 3)
    li t0, 77                           # c.mv and c.add reach all registers
    c.mv s7, t0
    EXPECT(s7, 77)
    c.add s7, t0
    EXPECT(s7, 154)

    # the stack pointer
    mv s5, sp
    la a0, cells
    mv sp, a0
    c.addi16sp sp, 496
    c.addi16sp sp, -512
    c.addi16sp sp, 16
    EXPECT_EQUAL(sp, a0)
    c.addi4spn a1, sp, 1020
    sub a1, a1, sp
    EXPECT(a1, 1020)
    c.addi4spn a1, sp, 4
    sub a1, a1, sp
    EXPECT(a1, 4)

    # loads and stores, by sp and by register
    c.lwsp a1, 4(sp)
    EXPECT(a1, 0xffffffff81828384)
    c.ldsp t0, 8(sp)
    EXPECT(t0, 0x7172737475767778)
    li t1, 0x123456789abcdef0
    c.sdsp t1, 504(sp)
    c.ldsp t2, 504(sp)
    EXPECT_EQUAL(t2, t1)
    c.swsp t1, 252(sp)
    c.lwsp t2, 252(sp)
    EXPECT(t2, 0xffffffff9abcdef0)
    mv sp, s5
    la s0, cells
    c.lw a1, 0(s0)
    EXPECT(a1, 0xffffffff85868788)
    c.ld a1, 8(s0)
    EXPECT(a1, 0x7172737475767778)
    li a1, 0x0fedcba987654321
    c.sd a1, 248(s0)
    c.ld a2, 248(s0)
    EXPECT_EQUAL(a2, a1)
    c.sw a1, 124(s0)
    c.lw a2, 124(s0)
    EXPECT(a2, 0xffffffff87654321)
    lw a2, 128(s0)
    EXPECT(a2, 0)
    c.ld s0, 0(s0)
    EXPECT(s0, 0x8182838485868788)

    # jumps and branches; c.jalr leaves the address two bytes on
    c.j 1f
    UNREACHABLE
1:  la a0, 2f
    c.jr a0
1:  UNREACHABLE
2:  la t0, 2f
    c.jalr t0
1:  UNREACHABLE
2:  EXPECT_ADDRESS(ra, 1b)
    la ra, 2f                           # the target is read before ra is written
    c.jalr ra
1:  UNREACHABLE
2:  EXPECT_ADDRESS(ra, 1b)
    li a0, 0
    c.beqz a0, 1f
    UNREACHABLE
1:  c.bnez a0, 3f
    li a0, 0x100000000
    c.bnez a0, 1f
    UNREACHABLE
1:  c.beqz a0, 3f
    li a1, 0
    li a0, 3
1:  c.addi a1, 2
    c.addi a0, -1
    c.bnez a0, 1b
    EXPECT(a1, 6)
    c.j 4f
3:  UNREACHABLE
4:

    # c.ebreak traps at itself, as does an illegal halfword
    CATCH_TRAPS
    la a0, 7f
    EXPECT_TRAP_OR_ZERO(3, a0, c.ebreak)
    EXPECT_ILLEGAL_HALF(0x0000)         # illegal by definition
    EXPECT_ILLEGAL_HALF(0x0004)         # c.addi4spn a1, sp, 0: reserved
    EXPECT_ILLEGAL_HALF(0x2001)         # c.addiw x0: reserved
    EXPECT_ILLEGAL_HALF(0x6101)         # c.addi16sp 0: reserved
    EXPECT_ILLEGAL_HALF(0x6501)         # c.lui a0, 0: reserved
    EXPECT_ILLEGAL_HALF(0x8002)         # c.jr x0: reserved
    EXPECT_ILLEGAL_HALF(0x4002)         # c.lwsp x0: reserved
    EXPECT_ILLEGAL_HALF(0x6002)         # c.ldsp x0: reserved
    EXPECT_ILLEGAL_HALF(0x8000)         # reserved quadrant 0, funct3 100
    EXPECT_ILLEGAL_HALF(0x9c41)         # reserved: where c.subw would have its next neighbour

    # hints: no effect, no trap
    li a0, 5
    .2byte 0x0005                       # c.nop with an immediate
    .2byte 0x4005                       # c.li x0, 1
    .2byte 0x6005                       # c.lui x0, 1
    .2byte 0x802a                       # c.mv x0, a0
    .2byte 0x902a                       # c.add x0, a0
    .2byte 0x0006                       # c.slli x0, 1
    .2byte 0x0501                       # c.addi a0, 0
    EXPECT(x0, 0)
    EXPECT(a0, 5)

    # a 32-bit instruction on a halfword boundary, across a page's end
    j 1f
    .align 12
    .space 4094, 0x01                   # c.nop is 0x0001; never run
1:  .option norvc
    lui a0, 0x12345
    .option rvc
    EXPECT(a0, 0x12345000)
    PASS
