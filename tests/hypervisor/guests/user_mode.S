// U mode: entry and exit, what is illegal there, counters, MPRV, interrupts.
#include "feature.h"
#define TO_USER(label) li t6, MPP; csrc mstatus, t6; la t6, label; csrw mepc, t6; mret
    // A hart with PMP refuses U mode everything until an entry allows it.
    li      a0, -1
    csrw    pmpaddr0, a0
    li      a0, 0x1f
    csrw    pmpcfg0, a0

    // ecall from U is cause 8; MPP says where it came from.
    csrsi   mstatus, MIE
    li      s8, -1
    la      s7, 1f
    TO_USER(user_call)
user_call:
    ecall
1:  EXPECT(s8, 8)
    EXPECT_ADDRESS(s9, user_call)
    li      a2, MPP
    and     a1, s11, a2
    EXPECT(a1, 0)

    // M-mode CSRs, read-only ones too, mret and wfi (TW = 1) are illegal.
    li      a0, TW
    csrs    mstatus, a0
#define ILLEGAL_IN_USER(...)                               \
    li s8, -1; la s7, 7f; TO_USER(6f);                     \
    6: __VA_ARGS__; ecall; 7: EXPECT(s8, 2); EXPECT_ADDRESS(s9, 6b)
    ILLEGAL_IN_USER(csrr a1, mstatus)
    ILLEGAL_IN_USER(csrw mscratch, a1)
    ILLEGAL_IN_USER(csrr a1, mhartid)
    ILLEGAL_IN_USER(csrr a1, mcycle)
    ILLEGAL_IN_USER(mret)
    ILLEGAL_IN_USER(wfi)
    // A hart with S mode asks scounteren as well; one without has no such CSR.
    la      s7, 1f
    csrwi   scounteren, 7
1:
    // Counters are illegal unless mcounteren allows them, one by one.
    csrw    mcounteren, x0
    ILLEGAL_IN_USER(csrr a1, cycle)
    ILLEGAL_IN_USER(csrr a1, time)
    ILLEGAL_IN_USER(csrr a1, instret)
    csrwi   mcounteren, 2
    ILLEGAL_IN_USER(csrr a1, cycle)
    ILLEGAL_IN_USER(csrr a1, instret)
    li      s8, -1
    la      s7, 1f
    TO_USER(2f)
2:  csrr    a1, time
3:  ecall
1:  EXPECT(s8, 8)
    csrwi   mcounteren, 7
    li      s8, -1
    la      s7, 1f
    TO_USER(2f)
2:  csrr    a1, cycle
    csrr    a1, time
    csrr    a1, instret
3:  csrw    cycle, x0
1:  EXPECT(s8, 2)
    EXPECT_ADDRESS(s9, 3b)
    // In M mode mcounteren does not matter.
    csrw    mcounteren, x0
    WORKS(csrr a1, cycle)
    WORKS(csrr a1, time)
    WORKS(csrr a1, instret)

    // Exceptions of U mode arrive like those of M mode.
    li      a0, NOTHING
    li      s8, -1
    la      s7, 1f
    TO_USER(2f)
2:  lw      a1, 0(a0)
1:  EXPECT(s8, 5)
    EXPECT(s10, NOTHING)
    // Without PMP entries against it U mode reaches devices.
    li      a0, MTIME
    li      s8, -1
    la      s7, 1f
    TO_USER(2f)
2:  ld      a1, 0(a0)
    ecall
1:  EXPECT(s8, 8)
    bnez    a1, 1f
    FAIL
1:
    // MPRV: data accesses of M mode as if in MPP.
    la      a0, word
    li      a1, MPP
    csrc    mstatus, a1
    li      a1, MPRV
    csrs    mstatus, a1
    lw      a2, 0(a0)
    csrr    a3, mstatus
    and     a3, a3, a1
    EXPECT_EQUAL(a3, a1)
    EXPECT(a2, 0x1234)
    // mret to M keeps it.
    li      a2, MPP
    csrs    mstatus, a2
    la      a2, 1f
    csrw    mepc, a2
    mret
1:  csrr    a3, mstatus
    and     a3, a3, a1
    EXPECT_EQUAL(a3, a1)
    csrc    mstatus, a1

    // In U mode interrupts are on, whatever MIE says.
    csrci   mstatus, MIE
    li      a0, MSI
    csrw    mie, a0
    li      a0, MSIP
    li      a1, 1
    sw      a1, 0(a0)
    // Pending, but M mode with MIE clear is not interrupted.
    li      s8, -1
    la      s7, 1f
    nop
    EXPECT(s8, -1)
    li      a2, MPIE        // mret puts MPIE into MIE
    csrc    mstatus, a2
    TO_USER(2f)
2:  j       2b
1:  EXPECT(s8, INTERRUPT + 3)
    EXPECT_ADDRESS(s9, 2b)
    andi    a1, s11, MPIE
    EXPECT(a1, 0)
    li      a0, MSIP
    sw      x0, 0(a0)
    j       pass

    .section .rodata
    .balign 4
word:
    .word   0x1234
