// The six Zicsr instructions on read-write, partly writable and read-only CSRs.
#include "feature.h"
    // csrrw swaps; with rd = x0 it only writes.
    li      a0, 0x123456789abcdef0
    csrw    mscratch, a0
    li      a1, -1
    csrrw   a2, mscratch, a1
    EXPECT_EQUAL(a2, a0)
    csrrw   x0, mscratch, a0
    csrr    a2, mscratch
    EXPECT_EQUAL(a2, a0)
    // The same register as source and destination.
    mv      a3, a1
    csrrw   a3, mscratch, a3
    EXPECT_EQUAL(a3, a0)
    csrr    a3, mscratch
    EXPECT_EQUAL(a3, a1)
    // Set and clear.
    csrw    mscratch, x0
    li      a0, 0xff00
    csrrs   a2, mscratch, a0
    EXPECT(a2, 0)
    li      a0, 0x0ff0
    csrrc   a2, mscratch, a0
    EXPECT(a2, 0xff00)
    csrr    a2, mscratch
    EXPECT(a2, 0xf000)
    csrrs   a2, mscratch, x0
    EXPECT(a2, 0xf000)
    csrrc   a2, mscratch, x0
    EXPECT(a2, 0xf000)
    // Immediates, all five bits, zero-extended.
    csrrwi  a2, mscratch, 31
    EXPECT(a2, 0xf000)
    csrrci  a2, mscratch, 10
    EXPECT(a2, 31)
    csrrsi  a2, mscratch, 8
    EXPECT(a2, 21)
    csrrsi  a2, mscratch, 0
    EXPECT(a2, 29)
    csrrwi  x0, mscratch, 0
    csrr    a2, mscratch
    EXPECT(a2, 0)

    // mepc: with C, bit 1 is writable.
    li      a0, 0x80000002
    csrw    mepc, a0
    csrr    a2, mepc
    EXPECT_EQUAL(a2, a0)
    // mcause and mtval hold whatever software writes that is a legal value.
    li      a0, INTERRUPT + 7
    csrw    mcause, a0
    csrr    a2, mcause
    EXPECT_EQUAL(a2, a0)
    li      a0, 0xfedcba9876543210
    csrw    mtval, a0
    csrr    a2, mtval
    EXPECT_EQUAL(a2, a0)
    // mtvec: direct and vectored.
    csrr    a3, mtvec
    li      a0, 0x80001000
    csrw    mtvec, a0
    csrr    a2, mtvec
    EXPECT_EQUAL(a2, a0)
    li      a0, 0x80001001
    csrw    mtvec, a0
    csrr    a2, mtvec
    EXPECT_EQUAL(a2, a0)
    csrw    mtvec, a3
    // mie: the three machine interrupts.
    li      a0, 0x888
    csrw    mie, a0
    csrr    a2, mie
    and     a2, a2, a0
    EXPECT_EQUAL(a2, a0)
    csrci   mie, 8
    csrr    a2, mie
    and     a2, a2, a0
    EXPECT(a2, 0x880)
    csrw    mie, x0
    csrr    a2, mie
    EXPECT(a2, 0)
    // Silence the timer, whose mtimecmp has no reset value in the specification.
    li      a0, MTIMECMP
    li      a1, -1
    sd      a1, 0(a0)
    // mip: software cannot make the machine interrupts pending.
    li      a0, 0x888
    csrw    mip, a0
    csrr    a2, mip
    and     a2, a2, a0
    EXPECT(a2, 0)

    // mstatus: MIE, MPIE, MPP, MPRV, TW.
    csrw    mstatus, x0
    csrsi   mstatus, MIE
    csrr    a2, mstatus
    andi    a2, a2, MIE | MPIE
    EXPECT(a2, MIE)
    csrrci  a2, mstatus, MIE
    andi    a2, a2, MIE
    EXPECT(a2, MIE)
    csrr    a2, mstatus
    andi    a2, a2, MIE
    EXPECT(a2, 0)
    li      a0, MPIE | MPP | TW
    csrw    mstatus, a0
    csrr    a2, mstatus
    and     a2, a2, a0
    EXPECT_EQUAL(a2, a0)
    csrc    mstatus, a0
    csrr    a2, mstatus
    and     a2, a2, a0
    EXPECT(a2, 0)

    // Read-only CSRs: readable, any write is illegal, a set or clear of nothing is no write.
    WORKS(csrr a2, mvendorid)
    WORKS(csrr a2, marchid)
    WORKS(csrr a2, mimpid)
    csrr    a2, mhartid
    EXPECT(a2, 0)
    WORKS(csrrs a2, mhartid, x0)
    WORKS(csrrci a2, mhartid, 0)
    TRAPS(2, csrw mhartid, x0)
    TRAPS(2, csrrs a2, mhartid, a0)
    TRAPS(2, csrrsi a2, mhartid, 1)
    TRAPS(2, csrrwi x0, mhartid, 0)
    // What traps writes no register.
    li      a2, 77
    TRAPS(2, csrrw a2, mhartid, a0)
    EXPECT(a2, 77)
    TRAPS(2, csrrw a2, 0x7ff, a0)
    EXPECT(a2, 77)
    // misa: RV64 with at least I, M, A, C and U. It may refuse writes but must not trap.
    WORKS(csrw misa, x0)
    csrr    a2, misa
    bltz    a2, 1f
    FAIL
1:  li      a0, 0x101105
    and     a2, a2, a0
    EXPECT_EQUAL(a2, a0)
    // Hardware performance counters may count nothing, but they exist.
    WORKS(csrr a2, mhpmcounter3)
    WORKS(csrr a2, mhpmevent3)
    WORKS(csrr a2, mcountinhibit)
    WORKS(csrr a2, mcounteren)
    WORKS(csrr a2, pmpaddr0)
    WORKS(csrr a2, pmpcfg0)
    TRAPS(2, csrr a2, 0x3a1)
    // The instruction is in mtval, or zero.
    TRAPS(2, .word 0x7ff5a673)
    beqz    s10, 1f
    EXPECT(s10, 0x7ff5a673)
1:  j       pass
