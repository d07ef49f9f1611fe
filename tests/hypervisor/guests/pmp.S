// Physical memory protection: WARL fields, locks, and rights of user mode and of MPRV in main memory and
// on a device.
#include "feature.h"
#define R 1
#define W 2
#define X 4
#define TOR 8
#define NA4 0x10
#define NAPOT 0x18
#define L 0x80
#define CFG(entry, value) ((value) << (8 * entry))
    // What is written reads back; odd pmpcfg numbers do not exist.
    li      a0, 0x123456789a
    csrw    pmpaddr3, a0
    csrr    a1, pmpaddr3
    EXPECT_EQUAL(a0, a1)
    li      a0, CFG(0, R) | CFG(1, R | W) | CFG(2, R | X) | CFG(7, R | W | X)
    csrw    pmpcfg0, a0
    csrr    a1, pmpcfg0
    EXPECT_EQUAL(a0, a1)
    csrw    pmpcfg2, a0
    csrr    a1, pmpcfg2
    EXPECT_EQUAL(a0, a1)
    csrw    pmpcfg0, x0
    csrw    pmpcfg2, x0
    csrr    a1, pmpcfg0
    EXPECT(a1, 0)
    TRAPS(2, csrr a1, 0x3a1)

    // Entries, in order of priority:
    //   0  the user's code, execute only (and of this program all up to `data`)
    //   1  one word, read only
    //   2, 3  top of range: [words + 4, words + 16), read and write
    //   4  the UART, read and write
    la      a0, _start
    srli    a1, a0, 2
    li      a2, 0x3ff >> 1      // 4 KiB
    or      a1, a1, a2
    csrw    pmpaddr0, a1
    la      s2, words
    srli    a1, s2, 2
    csrw    pmpaddr1, a1
    addi    a1, a1, 1
    csrw    pmpaddr2, a1
    addi    a1, a1, 3
    csrw    pmpaddr3, a1
    li      s3, UART
    srli    a1, s3, 2
    ori     a1, a1, 0x1f        // 256 bytes
    csrw    pmpaddr4, a1
    li      a1, CFG(0, (NAPOT | X)) | CFG(1, (NA4 | R)) | CFG(3, (TOR | R | W)) | CFG(4, (NAPOT | R | W))
    csrw    pmpcfg0, a1
    // Machine mode is not bound by entries that are not locked.
    li      a1, 0x11223344
    sw      a1, 0(s2)
    sd      x0, 16(s2)

// Runs one instruction in user mode and ends there with the trap's cause; mtval for faults.
#define IN_USER(want, ...)                                 \
    li s8, -1; la s7, 7f;                                  \
    li t6, MPP; csrc mstatus, t6; la t6, 6f; csrw mepc, t6; mret; \
    6: __VA_ARGS__; ecall; 7: EXPECT(s8, want)
    IN_USER(8, nop)
    IN_USER(8, lw a2, 0(s2))
    EXPECT(a2, 0x11223344)
    IN_USER(7, sw a2, 0(s2))
    EXPECT_EQUAL(s10, s2)
    IN_USER(8, sw a2, 4(s2))
    IN_USER(8, ld a3, 8(s2))
    IN_USER(8, sd a2, 8(s2))
    IN_USER(7, sd a2, 16(s2))
    IN_USER(5, lw a2, 16(s2))
    addi    s4, s2, -4
    IN_USER(5, lw a2, 0(s4))
    // A doubleword across the end of the word: only a part matches.
    IN_USER(5, ld a2, 0(s2))
    addi    s4, s2, 4
    IN_USER(8, amoadd.w a2, x0, (s4))
    // Execute only: no load from the code.
    la      s5, _start
    IN_USER(5, lw a2, 0(s5))
    // A device: the UART, and the timer, which no entry permits.
    IN_USER(8, lbu a2, 5(s3))
    li      s6, MTIME
    IN_USER(5, ld a2, 0(s6))
    li      s6, MTIMECMP
    IN_USER(7, sd x0, 0(s6))
    // No code from data.
    li      s8, -1
    la      s7, 1f
    li      t6, MPP
    csrc    mstatus, t6
    csrw    mepc, s2
    mret
1:  EXPECT(s8, 1)
    EXPECT_EQUAL(s9, s2)

    // An entry that is moved protects its new place, and no longer the old one.
    addi    s4, s2, 16
    srli    a1, s4, 2
    csrw    pmpaddr1, a1
    IN_USER(8, lw a2, 0(s4))
    IN_USER(5, lw a2, 0(s2))
    srli    a1, s2, 2
    csrw    pmpaddr1, a1

    // MPRV with MPP = U: loads and stores are the user's, fetches stay machine mode's.
    li      a1, MPRV
#define MODIFIED(want, ...)                                \
    li t6, MPP; csrc mstatus, t6;                          \
    li s8, -1; la s7, 9f; csrs mstatus, a1;                \
    __VA_ARGS__; csrc mstatus, a1; li s8, 99; 9: csrc mstatus, a1; EXPECT(s8, want)
    MODIFIED(99, lw a2, 0(s2))
    MODIFIED(7, sw a2, 0(s2))
    MODIFIED(5, lw a2, 16(s2))
    MODIFIED(99, lbu a2, 5(s3))
    MODIFIED(7, sd x0, 0(s6))
    li      t6, MPP
    csrs    mstatus, t6
    csrs    mstatus, a1         // MPP = M: nothing changes
    lw      a2, 16(s2)
    csrc    mstatus, a1

    // A locked entry binds machine mode and cannot be changed, nor the base of a locked TOR.
    csrr    a1, pmpcfg0
    li      a2, CFG(3, L)
    or      a1, a1, a2
    li      a2, CFG(3, W)
    not     a2, a2
    and     a1, a1, a2
    csrw    pmpcfg0, a1
    TRAPS(7, sw x0, 4(s2))
    WORKS(lw a2, 4(s2))
    WORKS(sw x0, 16(s2))
    csrr    a3, pmpcfg0
    EXPECT_EQUAL(a3, a1)
    csrr    a3, pmpaddr3
    csrw    pmpaddr3, x0
    csrr    a4, pmpaddr3
    EXPECT_EQUAL(a3, a4)
    csrr    a3, pmpaddr2
    csrw    pmpaddr2, x0
    csrr    a4, pmpaddr2
    EXPECT_EQUAL(a3, a4)
    csrw    pmpaddr4, x0
    csrr    a4, pmpaddr4
    EXPECT(a4, 0)
    li      a3, 0xff
    csrc    pmpcfg0, a3
    csrr    a3, pmpcfg0
    srli    a3, a3, 24
    andi    a3, a3, 0xff
    EXPECT(a3, L | TOR | R)
    // With entry 0 off user mode has no code to run.
    li      s8, -1
    la      s7, 1f
    li      t6, MPP
    csrc    mstatus, t6
    la      a3, 1f
    csrw    mepc, a3
    mret
1:  EXPECT(s8, 1)
    j       pass

    .data
    .balign 16
    .dword  0, 0
words:
    .dword  0, 0, 0, 0
