// For self-checking programs in assembly. A program defines `main`, checks with the macros below
// and ends with PASS. The first check that fails prints its line and ends the program through the
// finisher, with the line as exit code.
//
// Taken by the macros: gp (the line), t6 (the wanted value), s8 to s11 (traps). Numeric labels 7, 8
// and 9 are theirs too.
#pragma once

#include "models/base/virt_map.h"

// Register `reg` (not t6) holds `value`, a constant of up to 64 bits.
#define EXPECT(reg, value) \
  li gp, __LINE__;         \
  li t6, value;            \
  beq reg, t6, 9f;         \
  j check_failed;          \
  9:

// The same with the address of `symbol`.
#define EXPECT_ADDRESS(reg, symbol) \
  li gp, __LINE__;                  \
  la t6, symbol;                    \
  beq reg, t6, 9f;                  \
  j check_failed;                   \
  9:

#define EXPECT_EQUAL(reg, other) \
  li gp, __LINE__;               \
  beq reg, other, 9f;            \
  j check_failed;                \
  9:

// This place must not be reached.
#define UNREACHABLE \
  li gp, __LINE__;  \
  j check_failed

// op a2, a, b
#define REGISTERS(op, result, a, b) \
  li a0, a;                         \
  li a1, b;                         \
  op a2, a0, a1;                    \
  EXPECT(a2, result)

// op a2, a, immediate
#define IMMEDIATE(op, result, a, immediate) \
  li a0, a;                                 \
  op a2, a0, immediate;                     \
  EXPECT(a2, result)

#define PASS j check_passed

// From here on a trap notes mcause, mepc and mtval in s9, s10 and s11 and goes on at s8 in M-mode,
// with interrupts off. s8 counts for one trap; one that no check expects is a failure.
#define CATCH_TRAPS  \
  la s8, check_trap; \
  csrw mtvec, s8;    \
  la s8, check_failed

// The instruction traps with this cause. `tval` is a register that holds the wanted mtval.
#define EXPECT_TRAP(cause, tval, ...) \
  la s8, 8f;                          \
  li s9, -1;                          \
  7 : __VA_ARGS__;                    \
  8 : CHECK_TRAP(cause, tval)

// The same, run in U-mode; goes on in M-mode. An instruction that does not trap runs into an ecall.
#define EXPECT_USER_TRAP(cause, tval, ...) \
  la s8, 8f;                               \
  li s9, 0x1800;                           \
  csrc mstatus, s9;                        \
  la s9, 7f;                               \
  csrw mepc, s9;                           \
  mret;                                    \
  7 : __VA_ARGS__;                         \
  ecall;                                   \
  8 : CHECK_TRAP(cause, tval)

#define CHECK_TRAP(cause, tval) \
  EXPECT(s9, cause);            \
  EXPECT_ADDRESS(s10, 7b);      \
  EXPECT_EQUAL(s11, tval)

// mtval may be zero instead (privileged specification, "Machine Trap Value Register": for an
// illegal instruction and for ebreak).
#define EXPECT_TRAP_OR_ZERO(cause, tval, ...) \
  la s8, 8f;                                  \
  li s9, -1;                                  \
  7 : __VA_ARGS__;                            \
  8 : CHECK_TRAP_OR_ZERO(cause, tval)

#define EXPECT_USER_TRAP_OR_ZERO(cause, tval, ...) \
  la s8, 8f;                                       \
  li s9, 0x1800;                                   \
  csrc mstatus, s9;                                \
  la s9, 7f;                                       \
  csrw mepc, s9;                                   \
  mret;                                            \
  7 : __VA_ARGS__;                                 \
  ecall;                                           \
  8 : CHECK_TRAP_OR_ZERO(cause, tval)

#define CHECK_TRAP_OR_ZERO(cause, tval) \
  EXPECT(s9, cause);                    \
  EXPECT_ADDRESS(s10, 7b);              \
  beqz s11, 8f;                         \
  EXPECT_EQUAL(s11, tval);              \
  8:

// The word or halfword is an illegal instruction.
#define EXPECT_ILLEGAL(bits) \
  li a7, bits;               \
  EXPECT_TRAP_OR_ZERO(2, a7, .4byte bits)
#define EXPECT_ILLEGAL_HALF(bits) \
  li a7, bits;                    \
  EXPECT_TRAP_OR_ZERO(2, a7, .2byte bits)
