// A small preemptive kernel in the manner of RTOS ports: two tasks in machine mode, switched by a tick whose
// mtimecmp is written as two words (-1 first), by `ecall` and by msip to oneself; full register frames on the
// tasks' stacks, nested in nothing, mret back.
#include "feature.h"
#define FRAME (32 * 8)
#define PERIOD 2000
#define SAVED 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    la      t0, kernel_entry
    csrw    mtvec, t0
    // Both tasks' frames: pc and mstatus (MPP = M, MPIE), as if they had been interrupted.
    li      t2, MPP | MPIE
    la      t0, stack_a - FRAME
    la      t1, task_a
    sd      t1, 0(t0)
    sd      t2, 16(t0)
    la      t0, stack_b - FRAME
    la      t1, task_b
    sd      t1, 0(t0)
    sd      t2, 16(t0)
    la      t1, other
    sd      t0, 0(t1)
    call    next_tick
    li      t0, MTI | MSI
    csrw    mie, t0
    la      sp, stack_a - FRAME
    j       leave

    .balign 4
kernel_entry:
    addi    sp, sp, -FRAME
    .irp    n, SAVED
    sd      x\n, 8 * \n(sp)
    .endr
    csrr    t0, mepc
    csrr    t1, mstatus
    csrr    t2, mcause
    sd      t1, 16(sp)
    li      t3, 11
    bne     t2, t3, 1f
    addi    t0, t0, 4           // behind the ecall
    li      t4, 0
1:  sd      t0, 0(sp)
    li      s7, 0               // index of what is counted: 0 ecall, 8 msip, 16 tick
    beq     t2, t3, 2f
    li      s7, 8
    li      t4, MSIP
    li      t3, INTERRUPT | 3
    beq     t2, t3, 3f
    li      s7, 16
    li      t3, INTERRUPT | 7
    li      t5, __LINE__
    bne     t2, t3, fail
    call    next_tick
    j       2f
3:  sw      x0, 0(t4)
2:  la      t0, counts
    add     t0, t0, s7
    ld      t1, 0(t0)
    addi    t1, t1, 1
    sd      t1, 0(t0)
    // The switch.
    la      t0, other
    ld      t1, 0(t0)
    sd      sp, 0(t0)
    mv      sp, t1
leave:
    ld      t0, 0(sp)
    csrw    mepc, t0
    ld      t1, 16(sp)
    csrw    mstatus, t1
    .irp    n, SAVED
    ld      x\n, 8 * \n(sp)
    .endr
    addi    sp, sp, FRAME
    mret

// The next deadline, from mtime's halves, read until the high one stands still.
next_tick:
    li      t0, MTIME
1:  lw      t1, 4(t0)
    lw      t2, 0(t0)
    lw      t3, 4(t0)
    bne     t1, t3, 1b
    slli    t1, t1, 32
    slli    t2, t2, 32
    srli    t2, t2, 32
    or      t1, t1, t2
    li      t2, PERIOD
    add     t1, t1, t2
    li      t0, MTIMECMP
    li      t2, -1
    sw      t2, 0(t0)
    srli    t3, t1, 32
    sw      t3, 4(t0)
    sw      t1, 0(t0)
    ret

// Every register that the kernel has to keep holds a value of its task; it yields now and then.
#define FILL(seed) .irp n, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29; li x\n, seed + \n; .endr
#define KEPT(seed) .irp n, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29; \
    li t6, seed + \n; li t5, __LINE__; bne x\n, t6, fail; .endr
task_a:
    li      a0, 200
    FILL(0x1000)
1:  KEPT(0x1000)
    ecall
    addi    a0, a0, -1
    bnez    a0, 1b
    la      a1, counts
2:  ld      a2, 16(a1)          // until there have been ticks as well
    li      a3, 20
    KEPT(0x1000)
    bltu    a2, a3, 2b
    ld      a2, 8(a1)
    li      a3, 20
    EXPECT_AT_LEAST(a2, a3)
    ld      a2, 0(a1)
    EXPECT(a2, 200)
    csrw    mie, x0
    j       pass
task_b:
    FILL(0x2000)
    li      a1, MSIP
    li      a2, 1
1:  KEPT(0x2000)
    sw      a2, 0(a1)           // yields: the software interrupt is taken at once or very soon
    KEPT(0x2000)
    j       1b

    .bss
    .balign 16
counts:
    .skip   24
other:
    .skip   8
    .balign 16
    .skip   1024
stack_a:
    .skip   1024
stack_b:
