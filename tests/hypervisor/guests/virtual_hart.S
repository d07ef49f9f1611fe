// What only the virtual hart promises: M and U mode, no S mode, no debug.
#include "feature.h"
    // The boot protocol.
    EXPECT(s0, 0)
    EXPECT(s1, 0x80e00000)
    // misa: exactly RV64IMACU.
    csrr    a2, misa
    EXPECT(a2, 0x8000000000101105)
    // Bit 0 of mepc is always zero (QEMU 7.2 stores it).
    li      a0, -1
    csrw    mepc, a0
    csrr    a2, mepc
    EXPECT(a2, -2)
    // MPP holds M or U; other values leave it as it was.
    li      a0, MPP
    csrw    mstatus, a0
    li      a1, 0x0800
    csrw    mstatus, a1
    csrr    a2, mstatus
    and     a2, a2, a0
    EXPECT_EQUAL(a2, a0)
    csrc    mstatus, a0
    li      a1, 0x1000
    csrs    mstatus, a1
    csrr    a2, mstatus
    and     a2, a2, a0
    EXPECT(a2, 0)
    // mstatus: UXL = 64 bit, nothing of S mode, no floating point.
    li      a0, -1
    csrw    mstatus, a0
    csrr    a2, mstatus
    EXPECT(a2, 0x200221888)
    csrw    mstatus, x0
    csrr    a2, mstatus
    EXPECT(a2, 0x200000000)
    // S mode's CSRs, H's, triggers and debug, and unused numbers.
    .irp    csr, 0x100, 0x104, 0x105, 0x140, 0x141, 0x142, 0x143, 0x144, 0x180, 0x302, 0x303, 0x34a, 0x34b, 0x600, 0x680, 0x747, 0x7a0, 0x7a1, 0x7b0, 0x001, 0x003, 0x8ff, 0xb01, 0xc20, 0xfff
    li      s8, -1
    la      s7, 1f
    csrr    a2, \csr
1:  li      t5, 250
    li      t6, 2
    bne     s8, t6, fail
    .endr
    TRAPS(2, sret)
    TRAPS(2, sfence.vma)
    TRAPS(2, .word 0x62000073)  // hfence.gvma
    TRAPS(2, .word 0x7b200073)  // dret
    // All hardware performance counters, read-only zero.
    WORKS(csrw mhpmcounter31, a0)
    csrr    a2, mhpmcounter31
    EXPECT(a2, 0)
    WORKS(csrw mhpmevent31, a0)
    csrr    a2, mhpmevent31
    EXPECT(a2, 0)
    // Sixteen PMP entries; one opens memory for what follows.
    li      a0, -1
    csrw    pmpaddr16, a0
    csrr    a2, pmpaddr16
    EXPECT(a2, 0)
    csrw    pmpcfg4, a0
    csrr    a2, pmpcfg4
    EXPECT(a2, 0)
    csrw    pmpaddr15, a0
    csrr    a2, pmpaddr15
    EXPECT(a2, 0x3fffffffffffff)
    li      a0, 0x1f
    slli    a0, a0, 56
    csrw    pmpcfg2, a0
    // WFI in U mode is allowed while TW is clear.
    li      a0, MSI
    csrw    mie, a0
    li      a0, MSIP
    li      a1, 1
    csrw    mepc, x0
    li      s8, -1
    la      s7, 1f
    la      a2, 2f
    csrw    mepc, a2
    mret
2:  wfi_in_user:
    li      a3, MTIME
    ld      a4, 0(a3)
    addi    a4, a4, 1000
    li      a2, MTIMECMP
    sd      a4, 0(a2)
    sw      a1, 0(a0)
    wfi
    j       2b
1:  EXPECT(s8, INTERRUPT + 3)
    sw      x0, 0(a0)
    li      a1, -1
    // Registers of harts that do not exist, and places without a register.
    .macro  NO_REGISTER address
    li      a0, \address
    TRAPS(7, sw a1, 0(a0))
    TRAPS(5, lw a2, 0(a0))
    TRAPS(7, sd a1, 0(a0))
    TRAPS(5, ld a2, 0(a0))
    .endm
    NO_REGISTER MSIP + 8
    NO_REGISTER MTIMECMP + 8
    NO_REGISTER MTIMECMP + 0x4000
    NO_REGISTER MTIME - 8
    NO_REGISTER MTIME + 8
    NO_REGISTER TIMER + 0xfff8
    li      a0, MSIP + 4
    TRAPS(7, sw a1, 0(a0))
    TRAPS(5, lw a2, 0(a0))
    // The finisher reads as zero and ignores other values.
    li      a0, FINISHER
    sw      x0, 0(a0)
    li      a1, 0x1234
    sh      a1, 0(a0)
    lw      a2, 0(a0)
    EXPECT(a2, 0)
    TRAPS(7, sd a1, 0(a0))
    TRAPS(7, sb a1, 0(a0))
    // A misaligned access to a device is an access fault, or misaligned at the hart's choice (QEMU
    // splits it when it runs natively).
    li      a0, MTIMECMP
    li      a1, 77
    sd      a1, 0(a0)
    li      s8, -1
    la      s7, 1f
    lw      a1, 2(a0)
1:  addi    a2, s8, -4
    sltiu   a2, a2, 2
    EXPECT(a2, 1)
    EXPECT(a1, 77)
    li      s8, -1
    la      s7, 1f
    sd      x0, 4(a0)
1:  addi    a2, s8, -6
    sltiu   a2, a2, 2
    EXPECT(a2, 1)
    EXPECT(s10, MTIMECMP + 4)
    ld      a2, 0(a0)
    EXPECT(a2, 77)
    // mret to U clears MPRV (QEMU 7.2 does not).
    li      a1, MPRV
    csrs    mstatus, a1
    li      a2, MPP
    csrc    mstatus, a2
    la      a2, 1f
    csrw    mepc, a2
    li      s8, -1
    la      s7, 1f + 4
    mret
1:  ecall
    EXPECT(s8, 8)
    and     a2, s11, a1
    EXPECT(a2, 0)
    // In front of DRAM is nothing.
    li      a0, 0x80000000
    TRAPS(5, lb a2, -1(a0))
    EXPECT(s10, 0x7fffffff)
    // Other VMs' memory and the hypervisor's.
    li      a0, 0x81000000
    TRAPS(5, ld a1, 0(a0))
    li      a0, 0x82000000
    TRAPS(7, sd a1, 0(a0))
    li      a0, 0x10000100
    TRAPS(5, lbu a1, 5(a0))
    j       pass
