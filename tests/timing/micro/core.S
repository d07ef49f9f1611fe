# Stages, hazards, division, control transfer, CSRs and traps (timing rules, sections 1 to 4, 6, 11).
    .include "tests/timing/micro/measure.inc"

BENCHMARK one_a_cycle
    START
    addi t0, t0, 1
    add t0, t0, t0
    add t0, t0, t0
    STOP 3

BENCHMARK load_use
    la t2, bench_data
    START
    ld t0, 0(t2)
    add t1, t0, t0
    STOP 2

BENCHMARK load_use_at_2
    la t2, bench_data
    START
    ld t0, 0(t2)
    nop
    add t1, t0, t0
    STOP 3

BENCHMARK raw_field                     # the immediate 5 lies where x5 would be named
    la t2, bench_data
    START
    ld t0, 0(t2)
    addi t1, t2, 5
    STOP 2

BENCHMARK csr_use
    START
    csrr t0, mscratch
    add t1, t0, t0
    STOP 2

BENCHMARK multiply
    START
    mul t0, t1, t1
    mul t2, t1, t1
    nop
    STOP 3

BENCHMARK multiply_use
    START
    mul t0, t1, t1
    add t2, t0, t0
    STOP 2

BENCHMARK load_behind_store
    la t2, bench_data
    START
    sd zero, 0(t2)
    ld t0, 8(t2)
    nop
    STOP 3

BENCHMARK store_behind_store
    la t2, bench_data
    START
    sd zero, 0(t2)
    sd zero, 8(t2)
    STOP 2

BENCHMARK amo_behind_amo
    la t2, bench_data
    START
    amoadd.d t0, zero, (t2)
    amoadd.d t1, zero, (t2)
    nop
    STOP 3

BENCHMARK divide
    li t1, 1000
    li t2, 7
    START
    div t0, t1, t2
    nop
    STOP 2

BENCHMARK divide_word
    li t1, 1000
    li t2, 7
    START
    remw t0, t1, t2
    nop
    STOP 2

BENCHMARK divide_by_zero
    START
    divu t0, t1, zero
    nop
    STOP 2

BENCHMARK branch_not_taken
    START
    bne zero, zero, 1f
    nop
1:  STOP 2

BENCHMARK branch_taken
    START
    beq zero, zero, 1f
    nop
1:  STOP 1

BENCHMARK jump
    START
    j 1f
    nop
1:  STOP 1

BENCHMARK csr_write
    START
    csrw mscratch, zero
    STOP 1

BENCHMARK fence
    START
    fence
    STOP 1

BENCHMARK sfence_vma                    # in M-mode, where nothing is translated
    START
    sfence.vma
    STOP 1

BENCHMARK trap
    csrr t1, mtvec
    la t2, 1f
    csrw mtvec, t2
    START
    ecall
    .balign 4
1:  csrr a5, mcycle
    csrw mtvec, t1
    sub a0, a5, a4
    addi a0, a0, -4
    ret

BENCHMARK trap_return
    la t2, 1f
    csrw mepc, t2
    li t2, 0x1800                       # back to M-mode
    csrs mstatus, t2
    START
    mret
1:  STOP 1

# From the instruction that makes an interrupt takeable to the handler, without the flush behind it.
BENCHMARK interrupt
    csrr t1, mtvec
    la t2, 1f
    csrw mtvec, t2
    li t2, 2                            # SSIP, not delegated
    csrs mie, t2
    csrsi mstatus, 8
    START
    csrs mip, t2
2:  j 2b
    .balign 4
1:  csrr a5, mcycle
    csrc mip, t2
    csrc mie, t2
    csrci mstatus, 8
    csrw mtvec, t1
    sub a0, a5, a4
    addi a0, a0, -(4 + 3)
    ret

BENCHMARK wfi_pending
    li t2, 2
    csrs mie, t2
    csrs mip, t2
    START
    wfi
    csrr a5, mcycle
    csrc mip, t2
    csrc mie, t2
    sub a0, a5, a4
    addi a0, a0, -4
    ret

# A wfi in U-mode until it is an illegal instruction, without the trap itself.
BENCHMARK wfi_limit
    csrr t1, mtvec
    la t2, 1f
    csrw mtvec, t2
    csrwi mcounteren, 7
    csrwi scounteren, 7
    li t2, 0x1800
    csrc mstatus, t2
    la t2, 2f
    csrw mepc, t2
    mret
    .balign 64
2:  csrr a4, cycle
    nop
    nop
    wfi
    .balign 4
1:  csrr a5, mcycle
    csrw mtvec, t1
    sub a0, a5, a4
    addi a0, a0, -(4 + 3)
    ret

# A loop's branch, the last round but one; then the round in which it is not taken.
    .macro LOOP
    li t0, 60
    .balign 64
1:  mv a6, a4
    csrr a4, mcycle
    addi t0, t0, -1
    nop
    bnez t0, 1b
    nop
    csrr a5, mcycle
    .endm

BENCHMARK predicted_branch
    LOOP
    sub a0, a4, a6
    addi a0, a0, -5
    ret

BENCHMARK mispredicted_branch
    LOOP
    sub a0, a5, a4
    addi a0, a0, -5
    ret

BENCHMARK predicted_return
    mv a7, ra
    li t0, 60
    j 1f
    .balign 64
1:  csrr a4, mcycle
    addi t0, t0, -1
    nop
    jal ra, 2f
    nop
    csrr a5, mcycle
    bnez t0, 1b
    sub a0, a5, a4
    addi a0, a0, -6
    mv ra, a7
    ret
    .balign 64
2:  ret

# Two jumps whose addresses differ in bit 10 only, the last round.
BENCHMARK two_jumps
    li t0, 60
    j 1f
    .balign 1024
1:  csrr a4, mcycle
    nop
    nop
    j 2f
    .balign 64
3:  csrr a5, mcycle
    addi t0, t0, -1
    bnez t0, 1b
    sub a0, a5, a4
    addi a0, a0, -8
    ret
    .balign 1024
2:  nop
    nop
    nop
    j 3b

# 17 calls inside each other and their returns, the last round.
BENCHMARK nested_calls
    mv a7, ra
    la t2, bench_data
    li t0, 8
    j 1f
    .balign 64
1:  csrr a4, mcycle
    addi t0, t0, -1
    nop
    jal ra, 2f
    nop
    csrr a5, mcycle
    bnez t0, 1b
    sub a0, a5, a4
    addi a0, a0, -(6 + 16 * 5 + 2)
    mv ra, a7
    ret
    .balign 64
2:  .set level, 0
    .rept 16
    sd ra, level * 8(t2)
    jal ra, 3f
    ld ra, level * 8(t2)
    nop
    ret
3:  .set level, level + 1
    .endr
    nop                                 # a call is on the stack when it leaves E, a return is
    nop                                 # predicted in F
    ret

# A jump that went to address 0, where there is nothing, and now goes elsewhere.
BENCHMARK unmapped_wrong_path
    csrr t1, mtvec
    la t2, 2f
    csrw mtvec, t2
    li t2, 0
    j 1f
    .balign 64
1:  START
    jr t2
    nop
    .balign 4
2:  csrw mtvec, t1
    la t2, 3f
    j 1b
3:  STOP 1
