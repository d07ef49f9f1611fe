// Frame of the feature guests: each is one assembly file that checks one feature of a hart or of a
// device against the specification and ends through the finisher. The code of a failure is the line
// of the check that failed (files stay under 256 lines: QEMU's exit code has 8 bits).
//
// Registers: t5, t6 are the checks' own; s7..s11 belong to trap recording.
#include "models/base/virt_map.h"
#define FINISHER VIRT_FINISHER_BASE
#define TIMER VIRT_TIMER_BASE
#define MSIP (TIMER + 0)
#define MTIMECMP (TIMER + VIRT_TIMER_MTIMECMP)
#define MTIME (TIMER + VIRT_TIMER_MTIME)
#define UART VIRT_UART_BASE
#define NOTHING 0x00200000  // QEMU virt has no device here

#define MIE 0x8      // mstatus
#define MPIE 0x80
#define MPP 0x1800
#define MPRV 0x20000
#define TW 0x200000
#define MSI 0x8      // mie, mip
#define MTI 0x80
#define INTERRUPT (1 << 63)

    .option norvc
    .section .text.init, "ax"
    .globl _start
_start:
    mv      s0, a0
    mv      s1, a1
    la      t0, record_trap
    csrw    mtvec, t0
    j       test

    // Notes mcause, mepc, mtval and mstatus in s8..s11 and goes on at s7 in machine mode; after an
    // interrupt with MIE clear, since its level still stands.
    .balign 4
record_trap:
    csrr    s8, mcause
    csrr    s9, mepc
    csrr    s10, mtval
    csrr    s11, mstatus
    csrw    mepc, s7
    li      t6, MPP
    csrs    mstatus, t6
    bgez    s8, 1f
    li      t6, MPIE
    csrc    mstatus, t6
1:  mret

pass:
    li      t6, FINISHER
    li      t5, 0x5555
    sw      t5, 0(t6)
1:  j       1b

fail:                       // t5 = code
    li      t6, 0x3333
    slli    t5, t5, 16
    or      t5, t5, t6
    li      t6, FINISHER
    sw      t5, 0(t6)
1:  j       1b

// Fails unless the register holds the value (a constant or a symbol's address).
#define EXPECT(reg, value) li t6, value; li t5, __LINE__; bne reg, t6, fail
#define EXPECT_ADDRESS(reg, symbol) la t6, symbol; li t5, __LINE__; bne reg, t6, fail
#define EXPECT_EQUAL(reg, other) li t5, __LINE__; bne reg, other, fail
#define EXPECT_AT_LEAST(reg, other) li t5, __LINE__; bltu reg, other, fail
#define FAIL li t5, __LINE__; j fail

// Fails unless the instruction traps with this cause, mepc being its address.
#define TRAPS(cause, ...)                                  \
    li s8, -1; la s7, 9f;                                  \
    8: __VA_ARGS__; 9:                                     \
    li t6, cause; li t5, __LINE__; bne s8, t6, fail;       \
    la t6, 8b; bne s9, t6, fail

// The same for an AMO that is refused: 7, store/AMO access fault, where QEMU 7.2 says 5, load.
#define AMO_TRAPS(...)                                     \
    li s8, -1; la s7, 9f;                                  \
    8: __VA_ARGS__; 9:                                     \
    ori s8, s8, 2; li t6, 7; li t5, __LINE__; bne s8, t6, fail; \
    la t6, 8b; bne s9, t6, fail

// Fails if the instruction traps.
#define WORKS(...)                                         \
    li s8, -1; la s7, 9f;                                  \
    8: __VA_ARGS__; 9:                                     \
    li t6, -1; li t5, __LINE__; bne s8, t6, fail

test:
