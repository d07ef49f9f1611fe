// Every exception of M mode arrives with the cause, mepc and mtval that a real hart gives.
#include "feature.h"
    // 2: an instruction that no extension defines, 32 and 16 bits long. mtval: its bits, or zero.
    TRAPS(2, .word 0xffffffff)
    beqz    s10, 1f
    EXPECT(s10, 0xffffffff)
1:  TRAPS(2, .half 0; .half 0x0001)
    EXPECT(s10, 0)
    TRAPS(2, .half 0x8002; .half 0x0001)    // c.jr x0
    beqz    s10, 1f
    EXPECT(s10, 0x8002)
1:  TRAPS(2, .half 0x4002; .half 0x0001)    // c.lwsp x0
    beqz    s10, 1f
    EXPECT(s10, 0x4002)
1:
    // 3: ebreak, c.ebreak.
    TRAPS(3, ebreak)
    TRAPS(3, .half 0x9002; .half 0x0001)
    // 11: ecall from M. mtval is zero.
    TRAPS(11, ecall)
    EXPECT(s10, 0)
    // 5 and 7: nothing answers.
    li      a0, NOTHING
    li      a1, 77
    TRAPS(5, lb a1, 3(a0))
    EXPECT(s10, NOTHING + 3)
    TRAPS(5, lhu a1, 2(a0))
    TRAPS(5, lw a1, -4(a0))
    EXPECT(s10, NOTHING - 4)
    TRAPS(5, ld x0, 0(a0))
    EXPECT(a1, 77)
    TRAPS(7, sb a1, 1(a0))
    EXPECT(s10, NOTHING + 1)
    TRAPS(7, sh a1, 2(a0))
    TRAPS(7, sw a1, 4(a0))
    TRAPS(7, sd a1, 8(a0))
    EXPECT(s10, NOTHING + 8)
    AMO_TRAPS(amoadd.w a1, a1, (a0))
    EXPECT(s10, NOTHING)
    AMO_TRAPS(amoswap.d a1, a1, (a0))
    TRAPS(5, lr.d a1, (a0))
    EXPECT(a1, 77)
    // The same through compressed instructions.
    .option push
    .option rvc
    TRAPS(5, c.lw a1, 0(a0); .option push; .option norvc; nop; .option pop)
    TRAPS(7, c.sd a1, 8(a0); .option push; .option norvc; nop; .option pop)
    .option pop
    EXPECT(s10, NOTHING + 8)

    // 1: a jump to where nothing is. mepc and mtval: there.
    li      s8, -1
    la      s7, 1f
    jr      a0
1:  EXPECT(s8, 1)
    EXPECT(s9, NOTHING)
    EXPECT(s10, NOTHING)
    // and into a device
    li      a0, MTIMECMP
    li      s8, -1
    la      s7, 1f
    jr      a0
1:  EXPECT(s8, 1)
    EXPECT(s9, MTIMECMP)
    // Address zero, too.
    TRAPS(5, lw a1, 0(x0))
    EXPECT(s10, 0)
    TRAPS(7, sw a1, 0(x0))
    // Addresses that need all 64 bits.
    li      a0, 0x8000000080000000
    TRAPS(5, ld a1, 0(a0))
    EXPECT_EQUAL(s10, a0)
    li      a0, -8
    TRAPS(7, sd a1, 0(a0))
    EXPECT_EQUAL(s10, a0)

    // mstatus of a trap: MPIE = MIE, MIE = 0, MPP = M.
    csrci   mstatus, MIE
    TRAPS(11, ecall)
    andi    a1, s11, MIE | MPIE
    EXPECT(a1, 0)
    csrsi   mstatus, MIE
    TRAPS(11, ecall)
    andi    a1, s11, MIE | MPIE
    EXPECT(a1, MPIE)
    li      a2, MPP
    and     a1, s11, a2
    EXPECT_EQUAL(a1, a2)
    // mret gave MIE back, set MPIE and MPP to the least privileged mode.
    csrr    a1, mstatus
    andi    a3, a1, MIE | MPIE
    EXPECT(a3, MIE | MPIE)
    and     a1, a1, a2
    EXPECT(a1, 0)
    j       pass
