# Sv39: mapping at the three levels, permissions, each reason for a page fault, and the access faults
# of what a translation leads to. Loads and stores are those of M-mode with mstatus.MPRV and
# MPP = U; fetches are made in U-mode. Privileged specification, "Sv39" and "Virtual Address
# Translation Process".
#include "tests/programs/check.h"

    .set V, 0x01
    .set R, 0x02
    .set W, 0x04
    .set X, 0x08
    .set U, 0x10
    .set A, 0x40
    .set D, 0x80
    .set LEAF, V | R | W | X | U | A | D

    .set VIRTUAL, 0x40000000            # root[1], middle[0], leaves[0]
    .set SUPERPAGE, 0x40200000          # root[1], middle[1]

// table[index] = entry for the page of `symbol`; takes t0 and t1
#define MAP(table, index, symbol, flags) \
    la t0, symbol;                       \
    srli t0, t0, 2;                      \
    ori t0, t0, flags;                   \
    la t1, table;                        \
    sd t0, (index) * 8(t1);              \
    sfence.vma
// table[index] = bits
#define SET(table, index, bits)          \
    li t0, bits;                         \
    la t1, table;                        \
    sd t0, (index) * 8(t1);              \
    sfence.vma

// An instruction that loads or stores as U-mode does. mret leaves MPP = U, hence the setting of it
// after a trap.
#define AS_USER(...)                     \
    li s9, 0x1800;                       \
    csrc mstatus, s9;                    \
    __VA_ARGS__;                         \
    csrs mstatus, s9
#define EXPECT_FAULT(cause, address, ...) \
    la s8, 8f;                           \
    li s9, 0x1800;                       \
    csrc mstatus, s9;                    \
7:  __VA_ARGS__;                         \
    li s9, -1;                           \
8:  li t5, 0x1800;                       \
    csrs mstatus, t5;                    \
    CHECK_TRAP(cause, address)
// U-mode goes on at the address in a register; what comes is a trap there.
#define EXPECT_FETCH(cause, pc, tval)    \
    la s8, 8f;                           \
    li s9, 0x1800;                       \
    csrc mstatus, s9;                    \
    csrw mepc, pc;                       \
    mret;                                \
8:  li t5, 0x20000;                      \
    csrs mstatus, t5;                    \
    li t5, 0x1800;                       \
    csrs mstatus, t5;                    \
    EXPECT(s9, cause);                   \
    EXPECT_EQUAL(s10, pc);               \
    EXPECT_EQUAL(s11, tval)
#define EXPECT_ALL_FAULT                 \
    EXPECT_FAULT(13, a0, ld a1, 0(a0));  \
    EXPECT_FAULT(15, a0, sd a1, 0(a0));  \
    EXPECT_FETCH(12, a0, a0)

    .text
    .globl main
main:
    call open_memory_protection
    CATCH_TRAPS
    li a0, 0x20000                      # MPRV
    csrs mstatus, a0
    li a0, 0x1800                       # MPP = M: as long as that is so, MPRV changes nothing
    csrs mstatus, a0

    MAP(root, 1, middle, V)
    MAP(middle, 0, leaves, V)
    MAP(leaves, 0, page, LEAF)
    la a0, root
    srli a0, a0, 12
    li a1, 8 << 60
    or s1, a0, a1
    csrw satp, s1
    sfence.vma
    csrr a0, satp
    EXPECT_EQUAL(a0, s1)
    # a mode that does not exist: the write has no effect at all
    li a0, 5 << 60
    csrw satp, a0
    csrr a0, satp
    EXPECT_EQUAL(a0, s1)

    # M-mode itself is not translated
    la s0, page
    li a1, 0x1122334455667788
    sd a1, 8(s0)
    ld a2, 8(s0)
    EXPECT_EQUAL(a2, a1)

    # 4 KiB, 2 MiB, 1 GiB; the upper half of the address space
    li a0, VIRTUAL
    AS_USER(ld a2, 8(a0))
    EXPECT_EQUAL(a2, a1)
    li a1, 0x99
    AS_USER(sb a1, 15(a0))
    ld a2, 8(s0)
    EXPECT(a2, 0x9922334455667788)
    AS_USER(amoadd.w a2, a1, (a0))
    ld a2, 0(s0)
    EXPECT(a2, 0x00000099000000d2)
    SET(middle, 1, (0x80000000 >> 2) | LEAF)
    li a0, SUPERPAGE - 0x80000000
    add a0, a0, s0
    AS_USER(ld a2, 8(a0))
    EXPECT(a2, 0x9922334455667788)
    SET(root, 2, (0x80000000 >> 2) | LEAF)
    AS_USER(ld a2, 8(s0))
    EXPECT(a2, 0x9922334455667788)
    la a1, root + 2040
    addi a1, a1, 8
    li a2, (0x80000000 >> 2) | LEAF
    sd a2, 0(a1)                        # root[256]
    sfence.vma
    li a0, 0xffffffc000000000 - 0x80000000
    add a0, a0, s0
    AS_USER(ld a2, 8(a0))
    EXPECT(a2, 0x9922334455667788)
    li a0, 0x0000004000000000 - 0x80000000
    add a0, a0, s0                      # the same page, but bits 63 to 39 do not equal bit 38
    EXPECT_ALL_FAULT

    # a changed entry counts after sfence.vma; so does another table
    MAP(leaves, 0, other_page, LEAF)
    li a0, VIRTUAL
    AS_USER(ld a2, 8(a0))
    EXPECT(a2, 0x0123456789abcdef)
    li a1, 3 << 44                      # another ASID, the same table
    or a1, a1, s1
    csrw satp, a1
    AS_USER(ld a2, 8(a0))
    EXPECT(a2, 0x0123456789abcdef)
    csrw satp, s1

    # a fetch: the page begins with ecall, which is 0x73 and was changed above
    li a1, 0x73
    sd a1, 0(s0)
    fence.i
    MAP(leaves, 0, page, LEAF)
    li a2, 0
    EXPECT_FETCH(8, a0, a2)

    # permissions
    MAP(leaves, 0, page, V | R | X | U | A | D)
    EXPECT_FAULT(15, a0, sb a1, 0(a0))
    AS_USER(ld a2, 0(a0))
    EXPECT(a2, 0x73)
    MAP(leaves, 0, page, V | R | W | U | A | D)
    EXPECT_FETCH(12, a0, a0)
    AS_USER(sd a2, 0(a0))
    MAP(leaves, 0, page, V | X | U | A | D)
    EXPECT_FAULT(13, a0, lbu a1, 0(a0))
    EXPECT_FAULT(15, a0, sd a1, 0(a0))
    li a2, 0
    EXPECT_FETCH(8, a0, a2)
    MAP(leaves, 0, page, V | R | W | X | A | D)     # not for U-mode
    EXPECT_ALL_FAULT

    # entries that are no mapping
    MAP(leaves, 0, page, R | W | X | U | A | D)     # V = 0
    EXPECT_ALL_FAULT
    MAP(leaves, 0, page, V | W | U | A | D)         # W without R is reserved
    EXPECT_ALL_FAULT
    MAP(leaves, 0, page, V | W | X | U | A | D)
    EXPECT_ALL_FAULT
    MAP(leaves, 0, middle, V)                       # a pointer at the last level
    EXPECT_ALL_FAULT
    SET(leaves, 0, (1 << 54) | (0x80000000 >> 2) | LEAF)    # a reserved bit
    EXPECT_ALL_FAULT
    SET(leaves, 0, (1 << 60) | (0x80000000 >> 2) | LEAF)
    EXPECT_ALL_FAULT
    MAP(leaves, 0, page, LEAF)
    SET(middle, 0, 0)                               # no table at the second level
    EXPECT_ALL_FAULT
    MAP(middle, 0, leaves, V)
    AS_USER(ld a2, 0(a0))
    EXPECT(a2, 0x73)
    li a0, SUPERPAGE
    SET(middle, 1, (0x80001000 >> 2) | LEAF)        # a superpage that is not aligned
    EXPECT_ALL_FAULT
    li a0, 0xc0000000
    SET(root, 3, (0x80200000 >> 2) | LEAF)
    EXPECT_ALL_FAULT

    # A and D: where they are clear, the hart faults or sets them, and nothing else
    li a0, VIRTUAL
    MAP(leaves, 0, page, V | R | W | X | U)
#define FAULT_OR_SET(cause, flags, ...)  \
    la s8, 8f;                           \
    li s9, 0x1800;                       \
    csrc mstatus, s9;                    \
7:  __VA_ARGS__;                         \
    li s9, -1;                           \
8:  li t5, 0x1800;                       \
    csrs mstatus, t5;                    \
    li t5, cause;                        \
    la a4, leaves;                       \
    ld a4, 0(a4);                        \
    andi a4, a4, A | D;                  \
    li a5, flags;                        \
    beq a4, a5, 8f;                      \
    EXPECT(s9, cause);                   \
    EXPECT_EQUAL(s11, a0);               \
8:
    FAULT_OR_SET(13, A, ld a1, 0(a0))
    MAP(leaves, 0, page, V | R | W | X | U | A)
    FAULT_OR_SET(15, A | D, sd a1, 0(a0))
    MAP(leaves, 0, page, V | R | W | X | U | A)
    AS_USER(ld a1, 0(a0))               # a load does not need D, nor set it
    la a4, leaves
    ld a4, 0(a4)
    andi a4, a4, A | D
    EXPECT(a4, A)

    # access faults: the page is not there
    SET(leaves, 0, (0x18000000 >> 2) | LEAF)
    EXPECT_FAULT(5, a0, ld a1, 0(a0))
    EXPECT_FAULT(7, a0, sd a1, 0(a0))
    EXPECT_FETCH(1, a0, a0)

    # an instruction across two pages: the second one faults, mepc is the instruction's
    MAP(leaves, 0, page, LEAF)
    SET(leaves, 1, 0)
    li a1, 0x0513
    la a2, page_end
    sh a1, -2(a2)
    fence.i
    li a0, VIRTUAL + 0xffe
    li a1, VIRTUAL + 0x1000
    EXPECT_FETCH(12, a0, a1)

    # bare again
    csrw satp, x0
    sfence.vma
    AS_USER(ld a2, 0(s0))
    la a1, page
    ld a1, 0(a1)
    EXPECT_EQUAL(a2, a1)
    PASS

    .data
    .align 12
page:
    .8byte 0x0000009900000039, 0
    .space 4096 - 16
page_end:
other_page:
    .8byte 0, 0x0123456789abcdef
    .space 4096 - 16

    .bss
    .align 12
root:
    .space 4096
middle:
    .space 4096
leaves:
    .space 4096
