# RV64I: arithmetic, comparison, shifts, the W forms, jumps and branches.
#include "tests/programs/check.h"

    .text
    .globl main
main:
    # add and addi wrap around; the W forms sign-extend bit 31 of the sum
    REGISTERS(add, 0, 0, 0)
    REGISTERS(add, 0, 1, -1)
    REGISTERS(add, 0x8000000000000000, 0x7fffffffffffffff, 1)
    REGISTERS(add, 0x7fffffffffffffff, 0x8000000000000000, -1)
    REGISTERS(add, 0x0000000100000000, 0xffffffff, 1)
    REGISTERS(addw, 0xffffffff80000000, 0x7fffffff, 1)
    REGISTERS(addw, 0, 0xffffffff, 1)
    REGISTERS(addw, 5, 0x1234567800000002, 0xabcdef0000000003)
    REGISTERS(sub, 1, 0, -1)
    REGISTERS(sub, 0x7fffffffffffffff, 0x8000000000000000, 1)
    REGISTERS(subw, 0x7fffffff, 0xffffffff80000000, 1)
    REGISTERS(subw, -1, 0, 1)
    IMMEDIATE(addi, 2047, 0, 2047)
    IMMEDIATE(addi, -2048, 0, -2048)
    IMMEDIATE(addi, 0x80000000000007fe, 0x7fffffffffffffff, 2047)
    IMMEDIATE(addiw, 0xffffffff80000000, 0x7fffffff, 1)
    IMMEDIATE(addiw, 0xffffffff89abcdef, 0x0123456789abcdef, 0)
    IMMEDIATE(addiw, 0x7fffffff, 0xffffffff80000000, -1)

    # logic; a 12-bit immediate is sign-extended to 64 bits
    REGISTERS(and, 0x00f000f0, 0x0ff00ff0, 0x00ff00ff)
    REGISTERS(or, 0x0fff0fff, 0x0ff00ff0, 0x00ff00ff)
    REGISTERS(xor, 0x0f0f0f0f, 0x0ff00ff0, 0x00ff00ff)
    IMMEDIATE(andi, 0xffffffffffffff00, -1, -256)
    IMMEDIATE(ori, -1, 0xff, -256)
    IMMEDIATE(xori, 0x0123456789abcdef, 0xfedcba9876543210, -1)

    # comparison
    REGISTERS(slt, 1, -1, 0)
    REGISTERS(slt, 0, 0, -1)
    REGISTERS(slt, 1, 0x8000000000000000, 0x7fffffffffffffff)
    REGISTERS(slt, 0, 5, 5)
    REGISTERS(sltu, 0, -1, 0)
    REGISTERS(sltu, 1, 0, -1)
    REGISTERS(sltu, 0, 0x8000000000000000, 0x7fffffffffffffff)
    REGISTERS(sltu, 1, 0x7fffffffffffffff, 0x8000000000000000)
    IMMEDIATE(slti, 1, -2, -1)
    IMMEDIATE(slti, 0, -1, -1)
    IMMEDIATE(slti, 1, 0x8000000000000000, -2048)
    IMMEDIATE(sltiu, 1, 5, -1)          # the immediate is 2^64 - 1 here
    IMMEDIATE(sltiu, 0, -1, -1)
    IMMEDIATE(sltiu, 1, 0, 1)

    # shifts: six bits of the amount, five in the W forms
    REGISTERS(sll, 0x8000000000000000, 1, 63)
    REGISTERS(sll, 1, 1, 64)
    REGISTERS(sll, 2, 1, -63)
    REGISTERS(srl, 1, 0x8000000000000000, 63)
    REGISTERS(srl, 0x8000000000000000, 0x8000000000000000, 64)
    REGISTERS(sra, -1, 0x8000000000000000, 63)
    REGISTERS(sra, 0xc000000000000000, 0x8000000000000000, 1)
    REGISTERS(sra, 0x3fffffffffffffff, 0x7fffffffffffffff, 65)
    REGISTERS(sllw, 0xffffffff80000000, 1, 31)
    REGISTERS(sllw, 1, 0xffffffff00000001, 32)
    REGISTERS(srlw, 1, 0xffffffff80000000, 31)
    REGISTERS(srlw, 0xffffffff80000000, 0x80000000, 32)
    REGISTERS(srlw, 0x7fffffff, 0xffffffff, 1)
    REGISTERS(sraw, -1, 0x80000000, 31)
    REGISTERS(sraw, 0xffffffffc0000000, 0x0000000080000000, 1)
    REGISTERS(sraw, 0x3fffffff, 0xffffffff7fffffff, 33)
    IMMEDIATE(slli, 0x8000000000000000, 1, 63)
    IMMEDIATE(slli, 0x100000000, 1, 32)
    IMMEDIATE(srli, 1, -1, 63)
    IMMEDIATE(srli, 0xffffffff, -1, 32)
    IMMEDIATE(srai, 0xfffffffffffffffe, 0x8000000000000000, 62)
    IMMEDIATE(slliw, 0xffffffff80000000, 1, 31)
    IMMEDIATE(slliw, 0, 0x80000000, 1)
    IMMEDIATE(srliw, 0x40000000, 0xffffffff80000000, 1)
    IMMEDIATE(srliw, 0xffffffff80000000, 0x80000000, 0)
    IMMEDIATE(sraiw, 0xffffffffc0000000, 0x80000000, 1)

    # lui sign-extends; auipc adds to its own address
    lui a0, 0x80000
    EXPECT(a0, 0xffffffff80000000)
    lui a0, 0x7ffff
    EXPECT(a0, 0x7ffff000)
1:  auipc a0, 0
    EXPECT_ADDRESS(a0, 1b)
1:  auipc a0, 0xfffff
    la a1, 1b
    li a2, 4096
    sub a1, a1, a2
    EXPECT_EQUAL(a0, a1)

    # x0 stays zero; a source may be the destination
    li a0, 5
    add x0, a0, a0
    EXPECT(x0, 0)
    lui x0, 1
    EXPECT(x0, 0)
    add a0, a0, a0
    EXPECT(a0, 10)
    li a1, 3
    sub a1, a0, a1
    EXPECT(a1, 7)

    # branches: each taken and not taken, at the signed and the unsigned boundary
#define TAKEN(branch, a, b)     \
    li a0, a;                   \
    li a1, b;                   \
    branch a0, a1, 1f;          \
    UNREACHABLE;                \
1:
#define NOT_TAKEN(branch, a, b) \
    li a0, a;                   \
    li a1, b;                   \
    branch a0, a1, 1f;          \
    j 2f;                       \
1:  UNREACHABLE;                \
2:
    TAKEN(beq, -1, -1)
    NOT_TAKEN(beq, 0, 0x100000000)
    TAKEN(bne, 0, 0x100000000)
    NOT_TAKEN(bne, 7, 7)
    TAKEN(blt, -1, 0)
    NOT_TAKEN(blt, 0, -1)
    NOT_TAKEN(blt, 4, 4)
    TAKEN(bge, 0, -1)
    TAKEN(bge, 4, 4)
    NOT_TAKEN(bge, 0x8000000000000000, 0x7fffffffffffffff)
    TAKEN(bltu, 0, -1)
    NOT_TAKEN(bltu, -1, 0)
    TAKEN(bgeu, -1, 0)
    TAKEN(bgeu, 9, 9)
    NOT_TAKEN(bgeu, 0x7fffffffffffffff, 0x8000000000000000)

    # backwards, forwards, over itself
    li a0, 3
    li a1, 0
1:  addi a1, a1, 1
    bne a1, a0, 1b
    EXPECT(a1, 3)

    # jal and jalr leave the address of what follows; jalr clears bit 0 and reads before it writes
    .option push
    .option norvc
    jal a0, 2f
1:  UNREACHABLE
2:  EXPECT_ADDRESS(a0, 1b)
    la a0, 2f
    jalr a1, 1(a0)
1:  UNREACHABLE
2:  EXPECT_ADDRESS(a1, 1b)
    la a0, 2f - 16
    jalr a0, 16(a0)
1:  UNREACHABLE
2:  EXPECT_ADDRESS(a0, 1b)
    .option pop

    # instructions that were written as data run after fence.i, also where others have run before
    la s0, overwritten
    jalr s0
    EXPECT(a0, 5)
    li a1, 0x00700513                   # li a0, 7
    sw a1, 0(s0)
    fence.i
    jalr s0
    EXPECT(a0, 7)
    li a1, 0x0513                       # li a0, 9, in halves
    sh a1, 0(s0)
    li a1, 0x0090
    sh a1, 2(s0)
    fence.i
    jalr s0
    EXPECT(a0, 9)
    PASS

    .option push
    .option norvc
    .align 2
overwritten:
    li a0, 5
    .option pop
    ret
