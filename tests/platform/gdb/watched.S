// What watchpoints have to notice: stores in a row, a store right before mret, a load, an AMO.
    .option norvc
    .section .text.init, "ax"
    .globl  _start, second_store, third_store, after_stores, back, after_load, after_amo
_start:
    la      t0, handle
    csrw    mtvec, t0
    la      a0, data
    la      a1, other
    la      a2, third
    li      t1, 1
    li      t2, 2
    li      t3, 3
    sw      t1, 0(a0)
second_store:
    sw      t2, 0(a0)
third_store:
    sw      t3, 0(a0)
after_stores:
    ecall
    ecall
    lw      t1, 0(a1)
after_load:
    amoadd.w t1, t2, (a2)
after_amo:
    li      t0, 0x100000
    li      t1, 0x5555
    sw      t1, 0(t0)
1:  j       1b
    .balign 4
handle:
    csrr    t0, mepc
    addi    t0, t0, 4
    csrw    mepc, t0
    lw      t1, 0(a0)
    addi    t1, t1, 1
    sw      t1, 0(a0)
back:
    mret
    .balign 4
    .globl  data, other, third
data:
    .word   0
other:
    .word   7
third:
    .word   0
