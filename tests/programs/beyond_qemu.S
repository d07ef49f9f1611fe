# Rules of the specification that QEMU 7.2 does not follow: this program passes on a conformant hart
# and fails on QEMU.
#include "tests/programs/check.h"

    .text
    .globl main
main:
    # "Machine Exception Program Counter": the low bit of mepc is always zero
    li a0, -1
    csrw mepc, a0
    csrr a0, mepc
    EXPECT(a0, -2)

    # "Machine Cause Register": AMOs raise the store/AMO exceptions, never those of loads
    CATCH_TRAPS
    li a0, 0x18000000
    EXPECT_TRAP(7, a0, amoadd.w a1, a2, (a0))
    EXPECT_TRAP(7, a0, amoswap.d a1, a2, (a0))
#define EXPECT_MISALIGNED_AMO(...) \
    la s8, 8f;                     \
    li s9, -1;                     \
7:  __VA_ARGS__;                   \
8:  EXPECT_ADDRESS(s10, 7b);       \
    EXPECT_EQUAL(s11, a0);         \
    li t5, 6;                      \
    beq s9, t5, 8f;                \
    EXPECT(s9, 7);                 \
8:
    la a0, cell + 2
    EXPECT_MISALIGNED_AMO(amoadd.w a1, a2, (a0))
    la a0, cell + 4
    EXPECT_MISALIGNED_AMO(amoadd.d a1, a2, (a0))
    EXPECT_MISALIGNED_AMO(amomaxu.d a1, a2, (a0))

    # the same for page faults: an empty Sv39 table, under mstatus.MPRV with MPP = U. mret leaves
    # MPP = U, so that it stays so from trap to trap.
    call open_memory_protection
    la s0, table
    srli a0, s0, 12
    li a1, 8 << 60
    or a0, a0, a1
    csrw satp, a0
    sfence.vma
    li a0, 0x1800
    csrc mstatus, a0
    li a1, 0x20000
    csrs mstatus, a1
    li a0, 0x40000000
    EXPECT_TRAP(15, a0, amoor.d a1, a2, (a0))
    EXPECT_TRAP(15, a0, amoadd.w a1, a2, (a0))

    # "Virtual Address Translation Process", step 2: a table that cannot be read is an access fault of
    # the original access's type
    li a1, 0x1800                       # MPP = M, to store to the table itself
    csrs mstatus, a1
    li a2, (0x18000000 >> 2) | 1
    sd a2, 8(s0)
    csrc mstatus, a1
    sfence.vma
    EXPECT_TRAP(5, a0, ld a1, 0(a0))
    EXPECT_TRAP(7, a0, sd a1, 0(a0))
    EXPECT_TRAP(7, a0, amoor.d a1, a2, (a0))
    csrw satp, x0
    PASS

    .bss
    .align 12
table:
    .space 4096

    .data
    .align 3
cell:
    .space 16
