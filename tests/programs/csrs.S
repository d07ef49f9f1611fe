# Zicsr: the six instructions on mscratch, read-only and missing CSRs, and the fields of the M-mode
# CSRs that have only some legal values.
#include "tests/programs/check.h"

    .text
    .globl main
main:
    li a0, 0x0123456789abcdef
    csrw mscratch, a0
    li a1, -1
    csrrw a2, mscratch, a1
    EXPECT_EQUAL(a2, a0)
    csrr a2, mscratch
    EXPECT(a2, -1)
    li a1, 0xff
    csrrc a2, mscratch, a1
    EXPECT(a2, -1)
    csrr a2, mscratch
    EXPECT(a2, 0xffffffffffffff00)
    li a1, 0x0f
    csrrs a2, mscratch, a1
    EXPECT(a2, 0xffffffffffffff00)
    csrr a2, mscratch
    EXPECT(a2, 0xffffffffffffff0f)
    csrrwi a2, mscratch, 31             # the immediate is not sign-extended
    EXPECT(a2, 0xffffffffffffff0f)
    csrrci a2, mscratch, 6
    EXPECT(a2, 31)
    csrrsi a2, mscratch, 4
    EXPECT(a2, 25)
    csrr a2, mscratch
    EXPECT(a2, 29)
    li a0, 42                           # source and destination are the same
    csrrw a0, mscratch, a0
    EXPECT(a0, 29)
    csrr a0, mscratch
    EXPECT(a0, 42)
    csrw mscratch, x0
    csrr a0, mscratch
    EXPECT(a0, 0)

    # mtvec holds the base and both modes
    la a0, check_trap
    addi a1, a0, 1
    csrw mtvec, a1
    csrr a2, mtvec
    EXPECT_EQUAL(a2, a1)
    csrw mtvec, a0
    csrr a2, mtvec
    EXPECT_EQUAL(a2, a0)

    # mcause and mtval hold what is written
    li a0, 0x8000000000000007
    csrw mcause, a0
    csrr a1, mcause
    EXPECT_EQUAL(a1, a0)
    li a0, 0x123456789abcdef0
    csrw mtval, a0
    csrr a1, mtval
    EXPECT_EQUAL(a1, a0)

    # misa: 64 bit, I, M, A and C
    csrr a0, misa
    srli a1, a0, 62
    EXPECT(a1, 2)
    li a1, 0x1105
    and a0, a0, a1
    EXPECT(a0, 0x1105)
    csrr a0, mhartid
    EXPECT(a0, 0)

    # mstatus: MIE, MPIE and MPP can be set and cleared; the rest of what is checked stays
    li a0, 0x1888
    csrs mstatus, a0
    csrr a1, mstatus
    and a1, a1, a0
    EXPECT_EQUAL(a1, a0)
    csrc mstatus, a0
    csrr a1, mstatus
    and a1, a1, a0
    EXPECT(a1, 0)                       # MPP = U is legal on this hart

    # all of mie's M-level bits; mip.MTIP and mip.MSIP cannot be written
    li a0, 0x888
    csrw mie, a0
    csrr a1, mie
    and a1, a1, a0
    EXPECT_EQUAL(a1, a0)
    csrw mie, x0
    li a0, 0x88
    csrr a2, mip
    csrs mip, a0
    csrr a1, mip
    EXPECT_EQUAL(a1, a2)
    csrc mip, a0
    csrr a1, mip
    EXPECT_EQUAL(a1, a2)

    # reading a read-only CSR is allowed, also with csrrs x0 and csrrci 0, which do not write; writing
    # one is illegal, as is any access to one that does not exist
    CATCH_TRAPS
    csrrs a0, mvendorid, x0
    csrrsi a0, marchid, 0
    csrrci a0, mimpid, 0
#define ILLEGAL_CSR(...)            \
    la a7, 7f;                      \
    lwu a7, 0(a7);                  \
    EXPECT_TRAP_OR_ZERO(2, a7, __VA_ARGS__)
    ILLEGAL_CSR(csrrw x0, mvendorid, x0)
    ILLEGAL_CSR(csrrs a0, mhartid, a1)
    ILLEGAL_CSR(csrrsi a0, mhartid, 1)
    ILLEGAL_CSR(csrrwi x0, mhartid, 0)
    ILLEGAL_CSR(csrw cycle, x0)
    ILLEGAL_CSR(csrr a0, 0x5c0)         # custom numbers without a CSR
    ILLEGAL_CSR(csrr a0, 0x8ff)
    ILLEGAL_CSR(csrw 0x9c0, x0)
    ILLEGAL_CSR(csrr a0, dcsr)          # debug mode only
    # rd is unchanged by an access that traps
    li a0, 99
    ILLEGAL_CSR(csrrw a0, mhartid, a1)
    EXPECT(a0, 99)

    # counters: they count, and hold what is written
    csrr a0, mcycle
    csrr a1, mcycle
    sltu a2, a0, a1
    EXPECT(a2, 1)
    csrr a0, minstret
    nop
    csrr a1, minstret
    sltu a2, a0, a1
    EXPECT(a2, 1)
    csrr a0, cycle
    csrr a1, cycle
    sltu a2, a0, a1
    EXPECT(a2, 1)
    PASS
