# TLBs and walks (timing rules, section 9).
    .include "tests/timing/micro/measure.inc"

# Loads as S-mode does them, by mstatus.MPRV; t2 is where the page tables lead to bench_data.
    .macro SUPERVISOR_LOADS table, address
    la t2, \table
    srli t2, t2, 12
    li t0, 8 << 60                      # Sv39
    or t2, t2, t0
    csrw satp, t2
    li t2, 0x1800
    csrc mstatus, t2
    li t2, 0x20800                      # MPRV, MPP = S
    csrs mstatus, t2
    sfence.vma
    li t2, \address
    .endm
    .macro MACHINE_LOADS
    li t2, 0x20800
    csrc mstatus, t2
    csrw satp, zero
    .endm
    .macro TIMED_LOAD
    j 1f
    .balign 64
1:  START
    ld t0, 0(t2)
    nop
    csrr a5, mcycle
    MACHINE_LOADS
    sub a0, a5, a4
    addi a0, a0, -(2 + 3)
    ret
    .endm
    .macro TABLE_WALK address
    SUPERVISOR_LOADS bench_root, \address
    ld t0, 0(t2)
    sfence.vma                          # now the tables are in the cache
    TIMED_LOAD
    .endm

BENCHMARK walk_4k
    TABLE_WALK 0x40000000

BENCHMARK walk_2m
    TABLE_WALK 0x40200000

BENCHMARK walk_1g
    TABLE_WALK 0x80000000

BENCHMARK translation_hit
    SUPERVISOR_LOADS bench_root, 0x40000000
    ld t0, 0(t2)
    TIMED_LOAD

# The last of some loads from eight pages in turn.
BENCHMARK data_pages
    SUPERVISOR_LOADS bench_root, 0x40020000
    li t0, 32
    li t1, 4096
    li t3, ~0x8000
    j 1f
    .balign 64
1:  START
    ld t4, 0(t2)
    nop
    csrr a5, mcycle
    add t2, t2, t1
    and t2, t2, t3
    addi t0, t0, -1
    bnez t0, 1b
    MACHINE_LOADS
    sub a0, a5, a4
    addi a0, a0, -(2 + 3)
    ret

# Executes what lies at `entry` of bench_pages in S-mode, up to an ecall. The page tables have it
# on eight pages.
    .macro SUPERVISOR_CODE entry
    csrwi mcounteren, 7
    csrr t6, mtvec
    la t0, 1f
    csrw mtvec, t0
    la t0, bench_root
    srli t0, t0, 12
    li t1, 8 << 60
    or t0, t0, t1
    csrw satp, t0
    li t0, 0x1800
    csrc mstatus, t0
    li t0, 0x800                        # MPP = S
    csrs mstatus, t0
    sfence.vma
    la t1, bench_pages
    la t0, \entry
    sub t0, t0, t1
    li t1, 0x40010000
    add t1, t1, t0
    csrw mepc, t1
    li t3, 4096
    li t4, ~0x8000
    mret
    .balign 4
1:  csrw satp, zero
    csrw mtvec, t6
    .endm

BENCHMARK fetch_walk                    # the jump apart, with its 2 bubbles
    li t2, 2
    SUPERVISOR_CODE pages_in_turn
    sub a0, a5, a4
    addi a0, a0, -(1 + 3 + 2)
    ret

BENCHMARK code_pages                    # the last of some jumps through the eight pages in turn
    li t2, 32
    SUPERVISOR_CODE pages_in_turn
    sub a0, a5, a4
    addi a0, a0, -(1 + 3 + 2)
    ret

BENCHMARK supervisor_sfence_vma
    SUPERVISOR_CODE fence_on_page
    sub a0, a5, a4
    addi a0, a0, -(1 + 3)
    ret

    .balign 4096
    .globl bench_pages
bench_pages:
pages_in_turn:                          # t1 = here
    csrr a5, cycle
    add t1, t1, t3
    and t1, t1, t4
    addi t2, t2, -1
    beqz t2, 1f
    csrr a4, cycle
    nop
    nop
    jr t1                               # the same place on the next page
1:  ecall
    .balign 64
fence_on_page:
    csrr a4, cycle
    nop
    nop
    sfence.vma
    csrr a5, cycle
    ecall
    .balign 4096

# What setting A adds to the walk of a 1 GiB page; menvcfg.ADUE.
BENCHMARK walk_sets_accessed
    li t0, 1 << 61
    csrs 0x30a, t0
    csrr t1, 0x30a
    and t1, t1, t0
    li a0, -1
    beqz t1, 2f                         # without Svadu there is nothing to measure
    SUPERVISOR_LOADS bench_root, 0xc0000000
    la t3, bench_root + 24
    ld t4, 0(t3)
    andi t4, t4, ~0x40
    li t5, 0x20000
    csrc mstatus, t5
    sd t4, 0(t3)
    csrs mstatus, t5
    sfence.vma
    j 1f
    .balign 64
1:  START
    ld t0, 0(t2)
    nop
    csrr a5, mcycle
    MACHINE_LOADS
    li t0, 1 << 61
    csrc 0x30a, t0
    sub a0, a5, a4
    addi a0, a0, -(2 + 3)
2:  ret

# hlv.d t0, (t2) in M-mode, as VS or VU: vsatp Bare, hgatp Sv39x4 with a page of 1 GiB.
BENCHMARK guest_walk_1
    csrwi 0x280, 0                      # vsatp
    la t2, bench_guest_root
    srli t2, t2, 12
    li t0, 8 << 60
    or t2, t2, t0
    csrw 0x680, t2                      # hgatp
    .word 0x62000073                    # hfence.gvma
    li t2, 0x80000000
    .word 0x6c03c2f3
    .word 0x62000073
    j 1f
    .balign 64
1:  START
    .word 0x6c03c2f3
    nop
    csrr a5, mcycle
    csrwi 0x680, 0
    sub a0, a5, a4
    addi a0, a0, -(2 + 3)
    ret

# vsatp Sv39 with a page of 1 GiB, whose table is translated by hgatp, as is the operand.
BENCHMARK guest_walk_3
    la t2, bench_root
    srli t2, t2, 12
    li t0, 8 << 60
    or t2, t2, t0
    csrw 0x280, t2
    la t2, bench_guest_root
    srli t2, t2, 12
    or t2, t2, t0
    csrw 0x680, t2
    li t2, 0x100                        # hstatus.SPVP: as VS
    csrs 0x600, t2
    .word 0x62000073
    li t2, 0x80000000
    .word 0x6c03c2f3
    .word 0x62000073
    j 1f
    .balign 64
1:  START
    .word 0x6c03c2f3
    nop
    csrr a5, mcycle
    csrwi 0x680, 0
    csrwi 0x280, 0
    sub a0, a5, a4
    addi a0, a0, -(2 + 3)
    ret

    .data
    .balign 4096
    .globl bench_root
bench_root:                             # entry 1: tables; entries 2 and 3: pages of 1 GiB
    .quad 0
    .quad 0
    .quad (0x80000000 >> 2) + 0xcf
    .quad (0x80000000 >> 2) + 0xcf
    .zero 4096 - 32
    .globl bench_middle
bench_middle:
    .zero 4096
    .globl bench_leaf
bench_leaf:
    .zero 4096
    .balign 16384
    .globl bench_guest_root
bench_guest_root:
    .quad 0
    .quad 0
    .quad (0x80000000 >> 2) + 0xdf
    .zero 16384 - 24
