// More regions than a hart that has to protect the hypervisor as well has entries left for: those for
// which there is room permit what they say, and none permits anything beside it.
#include "feature.h"
#define R 1
#define X 4
#define TOR 8
#define NAPOT 0x18
#define REGIONS 7
#define APART 64
// Runs one instruction in user mode and ends there with the trap's cause.
#define IN_USER(...)                                       \
    li s8, -1; la s7, 7f;                                  \
    li t6, MPP; csrc mstatus, t6; la t6, 6f; csrw mepc, t6; mret; \
    6: __VA_ARGS__; ecall; 7:
    // Entry 0: the code, execute only. Entries 2 n + 1 and 2 n + 2: 12 bytes at `words` + 64 n, top of
    // range with a base of its own, so that no two of them share an entry.
    la      a0, _start
    srli    a1, a0, 2
    li      a2, 0x3ff >> 1      // 4 KiB
    or      a1, a1, a2
    csrw    pmpaddr0, a1
    la      s2, words
    srli    a1, s2, 2
    addi    a2, a1, 3
    .macro  region base, top
    csrw    \base, a1
    csrw    \top, a2
    addi    a1, a1, APART / 4
    addi    a2, a2, APART / 4
    .endm
    region  pmpaddr1, pmpaddr2
    region  pmpaddr3, pmpaddr4
    region  pmpaddr5, pmpaddr6
    region  pmpaddr7, pmpaddr8
    region  pmpaddr9, pmpaddr10
    region  pmpaddr11, pmpaddr12
    region  pmpaddr13, pmpaddr14
    li      a1, (NAPOT | X) | (TOR | R) << 16 | (TOR | R) << 32 | (TOR | R) << 48
    csrw    pmpcfg0, a1
    li      a1, (TOR | R) | (TOR | R) << 16 | (TOR | R) << 32 | (TOR | R) << 48
    csrw    pmpcfg2, a1

    mv      s3, s2
    li      s4, REGIONS - 1
1:  IN_USER(ld a2, 0(s3))
    EXPECT(s8, 8)
    IN_USER(lw a2, 8(s3))
    EXPECT(s8, 8)
    IN_USER(sw a2, 0(s3))
    EXPECT(s8, 7)
    IN_USER(lw a2, 12(s3))
    EXPECT(s8, 5)
    IN_USER(lw a2, -4(s3))
    EXPECT(s8, 5)
    addi    s3, s3, APART
    addi    s4, s4, -1
    bnez    s4, 1b

    // The last one: as on a hart of its own, or nothing at all (docs/hypervisor.md).
    IN_USER(lw a2, 0(s3))
    li      t6, 8
    beq     s8, t6, 1f
    EXPECT(s8, 5)
    EXPECT_EQUAL(s10, s3)
1:  IN_USER(sw a2, 0(s3))
    EXPECT(s8, 7)
    IN_USER(lw a2, 12(s3))
    EXPECT(s8, 5)
    IN_USER(lw a2, -4(s3))
    EXPECT(s8, 5)
    // Machine mode is bound by none of them.
    sd      x0, 0(s2)
    sd      x0, 16(s3)
    j       pass

    .data
    .balign 64
    .space  APART
words:
    .space  APART * (REGIONS + 1)
