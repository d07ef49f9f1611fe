# The timer and the software interrupt: pending, enabled, taken; direct and vectored; wfi.
#include "tests/programs/check.h"

    .set TIMER, VIRT_TIMER_BASE
    .set MTIMECMP, TIMER + VIRT_TIMER_MTIMECMP
    .set MTIME, TIMER + VIRT_TIMER_MTIME

    .text
    .globl main
main:
    li s0, TIMER
    li s1, MTIMECMP
    li s2, MTIME
    CATCH_TRAPS

    # mtime counts; mtimecmp holds 64 bits, and each half by itself
    ld a0, 0(s2)
1:  ld a1, 0(s2)
    beq a0, a1, 1b
    sltu a0, a0, a1
    EXPECT(a0, 1)
    li a0, -1
    sd a0, 0(s1)
    ld a1, 0(s1)
    EXPECT(a1, -1)
    sw x0, 0(s1)
    ld a1, 0(s1)
    EXPECT(a1, 0xffffffff00000000)
    li a0, 0x12345678
    sw a0, 4(s1)
    lw a1, 4(s1)
    EXPECT(a1, 0x12345678)
    lw a1, 0(s1)
    EXPECT(a1, 0)

    # MTIP is a level: mtime >= mtimecmp
    li a0, -1
    sd a0, 0(s1)
#define WAIT_FOR_MIP(mask, value) \
    li gp, __LINE__;              \
    li a6, 1000000;               \
1:  addi a6, a6, -1;              \
    bnez a6, 2f;                  \
    j check_failed;               \
2:  csrr a5, mip;                 \
    andi a5, a5, mask;            \
    li t6, value;                 \
    bne a5, t6, 1b
    WAIT_FOR_MIP(0x80, 0)
    sd x0, 0(s1)
    WAIT_FOR_MIP(0x80, 0x80)
    li a0, -1
    sd a0, 0(s1)
    WAIT_FOR_MIP(0x80, 0)
    li a0, 1
    sw a0, 0(s0)
    WAIT_FOR_MIP(0x08, 0x08)
    lw a1, 0(s0)
    EXPECT(a1, 1)
    sw x0, 0(s0)
    WAIT_FOR_MIP(0x08, 0)

    # pending but not enabled, by mie or by mstatus.MIE: nothing is taken
    sd x0, 0(s1)
    WAIT_FOR_MIP(0x80, 0x80)
    la s8, not_expected
    csrsi mstatus, 8
    nop
    csrci mstatus, 8
    li a0, 0x80
    csrs mie, a0
    nop
    wfi                                 # an interrupt is pending: no waiting, and no trap

    # enabled: taken before the next instruction; mepc is that instruction
    la s8, 2f
    csrsi mstatus, 8
1:  j not_expected
2:  EXPECT(s9, 0x8000000000000007)
    EXPECT_ADDRESS(s10, 1b)
    EXPECT(s11, 0)
    csrci mstatus, 8

    # software comes before timer (privileged specification, "Machine Interrupt Registers")
    li a0, 1
    sw a0, 0(s0)
    WAIT_FOR_MIP(0x88, 0x88)
    li a0, 0x88
    csrs mie, a0
    la s8, 2f
    csrsi mstatus, 8
1:  j not_expected
2:  EXPECT(s9, 0x8000000000000003)
    EXPECT_ADDRESS(s10, 1b)
    csrci mstatus, 8
    sw x0, 0(s0)
    WAIT_FOR_MIP(0x08, 0)

    # a future deadline: not before it, and wfi waits for it
    ld a0, 0(s2)
    li a1, 5000
    add s3, a0, a1
    sd s3, 0(s1)
    li a0, 0x80
    csrw mie, a0
1:  wfi                                 # may end early, as a hint
    csrr a0, mip
    andi a0, a0, 0x80
    beqz a0, 1b
    ld a1, 0(s2)
    sltu a1, a1, s3
    EXPECT(a1, 0)
    la s8, 2f
    csrsi mstatus, 8
1:  j not_expected
2:  EXPECT_ADDRESS(s10, 1b)

    # below M-mode, MIE does not matter
    csrci mstatus, 8
    call open_memory_protection
    la s8, 2f
    li a0, 0x1880
    csrc mstatus, a0
    la a0, 1f
    csrw mepc, a0
    mret
1:  j 1b                                # taken before it has run, or at any turn
2:  EXPECT(s9, 0x8000000000000007)
    EXPECT_ADDRESS(s10, 1b)

    # vectored: interrupts to BASE + 4 * cause, exceptions to BASE
    csrci mstatus, 8
    la a0, vectors + 1
    csrw mtvec, a0
    la s8, 2f
    csrsi mstatus, 8
    j not_expected
2:  EXPECT(s9, 7)
    csrci mstatus, 8
    la s8, 2f
    ecall
2:  EXPECT(s9, 0)
    li a0, 1
    sw a0, 0(s0)
    WAIT_FOR_MIP(0x08, 0x08)
    li a0, 0x88
    csrw mie, a0
    la s8, 2f
    csrsi mstatus, 8
    j not_expected
2:  EXPECT(s9, 3)
    csrw mie, x0
    PASS

not_expected:
    UNREACHABLE

    .option push
    .option norvc
    .align 8
vectors:
    .irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    j vector_\number
    .endr
    .option pop

    .irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
vector_\number:
    li s9, \number
    j leave
    .endr
leave:                                  # like check_trap
    csrw mepc, s8
    li s8, 0x1880
    csrs mstatus, s8
    li s8, 0x80
    csrc mstatus, s8
    la s8, check_failed
    mret
