# How often each line and each way of a branch is executed can be told by hand: expected.info.
    .section .text.init, "ax"
    .globl  _start
    .type   _start, @function
_start:
    li      t0, 0x100000
    li      a0, 3
again:
    addi    a0, a0, -1
    bnez    a0, again
    call    helper
    call    helper
    beqz    a0, pass
    li      a1, 9
pass:
    li      t1, 0x5555
    sw      t1, 0(t0)
1:  j       1b
    .size   _start, . - _start

    .type   helper, @function
helper:
    bltu    zero, a0, unreached
    ret
    .size   helper, . - helper

    .type   unreached, @function
unreached:
    bgeu    a0, zero, unreached
    ret
    .size   unreached, . - unreached
