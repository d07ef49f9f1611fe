# uint64_t changed_register(uint64_t seed, uint64_t rounds)
#
# Register xN holds seed + N while the loop spins; a1 (x11) is the loop counter, a0 (x10) the seed.
    .text
    .globl changed_register
changed_register:
    addi sp, sp, -112
    sd ra, 0(sp)
    .set slot, 8
    .irp n, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    sd x\n, slot(sp)
    .set slot, slot + 8
    .endr

    .irp n, 1, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    addi x\n, a0, \n
    .endr
1:  addi a1, a1, -1
    bnez a1, 1b

    # a1 is free now: it names the register that is looked at.
    .irp n, 1, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    li a1, \n
    addi x\n, x\n, -\n
    bne x\n, a0, 2f
    .endr
    li a1, 0
2:  mv a0, a1

    .set slot, 8
    .irp n, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    ld x\n, slot(sp)
    .set slot, slot + 8
    .endr
    ld ra, 0(sp)
    addi sp, sp, 112
    ret
