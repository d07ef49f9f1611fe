// A load in S-mode through a 1 GiB leaf whose A bit is clear: with hardware updates it is set, without
// it is a page fault.
#include "tests/platform/programs/endings.h"
    .globl  _start
_start:
    la      t0, fault
    csrw    mtvec, t0
    li      t0, -1
    csrw    pmpaddr0, t0
    li      t0, 0x1f
    csrw    pmpcfg0, t0
    la      t0, root
    li      t1, 0x2000000f      // 0x8000_0000, V R W X
    sd      t1, 16(t0)
    srli    t1, t0, 12
    li      t2, 8 << 60
    or      t1, t1, t2
    csrw    satp, t1
    sfence.vma
    li      t1, 0x20800         // MPRV, MPP = S
    csrs    mstatus, t1
    ld      t2, 16(t0)
    csrc    mstatus, t1
    andi    t2, t2, 0x40        // A
    beqz    t2, fault
    li      t0, 0x100000
    li      t1, 0x5555
    sw      t1, 0(t0)
1:  j       1b
    .balign 4
fault:
    li      t0, 0x20000
    csrc    mstatus, t0
    li      t0, 0x100000
    li      t1, 0x53333
    sw      t1, 0(t0)
1:  j       1b
    .balign 4096
root:
    .skip   4096
