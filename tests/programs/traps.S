# Traps and modes: mcause, mepc and mtval of each exception; mstatus across a trap and mret; what
# U-mode may not do.
#include "tests/programs/check.h"

    .text
    .globl main
main:
    call open_memory_protection
    CATCH_TRAPS

    li a0, 0
    EXPECT_TRAP(11, a0, ecall)
    la a0, 7f
    EXPECT_TRAP_OR_ZERO(3, a0, .4byte 0x00100073)   # ebreak
    EXPECT_ILLEGAL(0xffffffff)
    EXPECT_ILLEGAL(0x0000007f)          # longer than 32 bits
    EXPECT_ILLEGAL(0x40001033)          # sll with the funct7 of sub
    EXPECT_ILLEGAL(0x00000053)          # floating point, which is off
    EXPECT_ILLEGAL(0x7b200073)          # dret outside of debug mode
    EXPECT_ILLEGAL(0x0600100b)          # custom-0

    # access faults: no device is at 0x18000000
    li a0, 0x18000000
    EXPECT_TRAP(5, a0, lb a1, 0(a0))
    EXPECT_TRAP(5, a0, ld a1, 0(a0))
    EXPECT_TRAP(5, a0, c.lw a1, 0(a0))
    EXPECT_TRAP(5, a0, lr.w a1, (a0))
    EXPECT_TRAP(7, a0, sb a1, 0(a0))
    EXPECT_TRAP(7, a0, sd a1, 0(a0))
    EXPECT_TRAP(7, a0, c.sd a1, 0(a0))
    li a1, 0x18000010
    EXPECT_TRAP(5, a1, lw a2, 16(a0))
    li a1, 55                           # rd is unchanged by a load that traps
    EXPECT_TRAP(5, a0, ld a1, 0(a0))
    EXPECT(a1, 55)

    # a fetch from there: mepc and mtval are the target, not the jump
    la s8, 1f
    jr a0
1:  EXPECT(s9, 1)
    EXPECT_EQUAL(s10, a0)
    EXPECT_EQUAL(s11, a0)

    # misaligned lr traps always (unprivileged specification, "A"): as misaligned or as access fault
#define EXPECT_MISALIGNED(misaligned, fault, ...) \
    la s8, 8f;                                    \
    li s9, -1;                                    \
7:  __VA_ARGS__;                                  \
8:  EXPECT_ADDRESS(s10, 7b);                      \
    EXPECT_EQUAL(s11, a0);                        \
    li t5, misaligned;                            \
    beq s9, t5, 8f;                               \
    EXPECT(s9, fault);                            \
8:
    la a0, cell + 2
    EXPECT_MISALIGNED(4, 5, lr.w a1, (a0))
    la a0, cell + 4
    EXPECT_MISALIGNED(4, 5, lr.d a1, (a0))

    # mstatus: a trap moves MIE to MPIE and the mode to MPP, mret moves them back and leaves MPP = U
    la s0, note_mstatus
    csrw mtvec, s0
    li a0, 0x80
    csrc mstatus, a0
    csrsi mstatus, 8
    la s8, 1f
    ecall
1:  li a0, 0x1888
    and a1, s9, a0
    EXPECT(a1, 0x1880)                  # in the handler: MPP = M, MPIE = 1, MIE = 0
    csrr a1, mstatus
    and a1, a1, a0
    EXPECT(a1, 0x88)                    # after mret: MIE = MPIE = 1, MPP = U
    csrci mstatus, 8
    la s8, 1f
    ecall
1:  and a1, s9, a0
    EXPECT(a1, 0x1800)
    csrr a1, mstatus
    and a1, a1, a0
    EXPECT(a1, 0x80)
    csrc mstatus, a0
    la s8, 2f
    la a1, 1f
    csrw mepc, a1
    mret
1:  ecall                               # from U-mode
2:  and a1, s9, a0
    EXPECT(a1, 0)                       # MPP = U, and MIE = MPIE = 0

    # U-mode
    CATCH_TRAPS
    li a0, 0
    EXPECT_USER_TRAP(8, a0, ecall)
    la a0, 7f
    EXPECT_USER_TRAP_OR_ZERO(3, a0, c.ebreak)
    li a0, 0x18000000
    EXPECT_USER_TRAP(5, a0, lw a1, 0(a0))
    EXPECT_USER_TRAP(7, a0, sw a1, 0(a0))
#define ILLEGAL_IN_USER_MODE(...)   \
    la a7, 7f;                      \
    lwu a7, 0(a7);                  \
    EXPECT_USER_TRAP_OR_ZERO(2, a7, __VA_ARGS__)
    ILLEGAL_IN_USER_MODE(csrr a0, mstatus)
    ILLEGAL_IN_USER_MODE(csrw mscratch, x0)
    ILLEGAL_IN_USER_MODE(csrr a0, mhartid)
    ILLEGAL_IN_USER_MODE(csrr a0, satp)
    ILLEGAL_IN_USER_MODE(mret)
    ILLEGAL_IN_USER_MODE(sret)
    ILLEGAL_IN_USER_MODE(sfence.vma)
    # mcounteren opens the counters one by one
    csrw mcounteren, x0
    ILLEGAL_IN_USER_MODE(csrr a0, cycle)
    ILLEGAL_IN_USER_MODE(csrr a0, instret)
    li a0, 0
    csrwi mcounteren, 1
    la s8, 8f                           # where there is S-mode, it has a say as well
    csrwi scounteren, 7
8:  la s8, 2f
    li a1, 0x1800
    csrc mstatus, a1
    la a1, 1f
    csrw mepc, a1
    mret
1:  csrr a0, cycle
    ecall
2:  EXPECT(s9, 8)
    snez a0, a0
    EXPECT(a0, 1)
    ILLEGAL_IN_USER_MODE(csrr a0, instret)
    # mstatus.TW: wfi below M-mode traps
    li a0, 1 << 21
    csrs mstatus, a0
    ILLEGAL_IN_USER_MODE(wfi)
    csrc mstatus, a0
    PASS

    .align 2
note_mstatus:
    csrr s9, mstatus
    csrw mepc, s8
    # Back to M-mode, whatever the trap came from: the checks go on there.
    li s11, 0x1800
    csrs mstatus, s11
    mret

    .data
    .align 3
cell:
    .space 16
