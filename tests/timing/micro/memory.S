# Fetching, caches, devices, TLBs (timing rules, sections 5, 8, 9, 10).
    .include "tests/timing/micro/measure.inc"

# Loads, then stores, lines `first` to `last` of the set that bench_lines begins in.
    .macro READ_LINES first, last
    .set line, \first
    .rept \last - \first + 1
    li t3, line * set_stride
    add t3, t3, t2
    ld t4, 0(t3)
    .set line, line + 1
    .endr
    .endm
    .macro WRITE_LINES first, last
    .set line, \first
    .rept \last - \first + 1
    li t3, line * set_stride
    add t3, t3, t2
    sd zero, 0(t3)
    .set line, line + 1
    .endr
    .endm

# t2 = line 0, which is not in the cache, as nothing is that is not clean.
    .macro CLEAN_SET
    la t2, bench_lines
    fence.i
    READ_LINES 1, 16
    j 1f
    .balign 64
1:
    .endm
# The same with every line of the set dirty.
    .macro DIRTY_SET
    la t2, bench_lines
    fence.i
    WRITE_LINES 1, 16
    j 1f
    .balign 64
1:
    .endm

BENCHMARK load_hit
    la t2, bench_data
    START
    ld t0, 0(t2)
    nop
    STOP 2

BENCHMARK amo_hit
    la t2, bench_data
    START
    amoadd.d t0, zero, (t2)
    nop
    STOP 2

BENCHMARK load_miss
    CLEAN_SET
    START
    ld t0, 0(t2)
    nop
    STOP 2

BENCHMARK store_miss
    CLEAN_SET
    START
    sd zero, 0(t2)
    nop
    STOP 2

BENCHMARK load_miss_dirty
    DIRTY_SET
    START
    ld t0, 0(t2)
    nop
    STOP 2

BENCHMARK store_miss_dirty
    DIRTY_SET
    START
    sd zero, 0(t2)
    nop
    STOP 2

BENCHMARK misaligned_in_line
    la t2, bench_data
    START
    ld t0, 3(t2)
    nop
    STOP 2

BENCHMARK misaligned_over_line
    la t2, bench_data
    ld t0, 64(t2)
    START
    ld t0, 60(t2)
    nop
    STOP 2

BENCHMARK fetch_miss                    # the jump to the line, the 2 bubbles behind it apart
    fence.i
    START
    j 1f
    nop
    nop
    .balign 64
    nop
    .balign 64
1:  csrr a5, mcycle
    sub a0, a5, a4
    addi a0, a0, -(1 + 3 + 2)
    ret

BENCHMARK both_miss                     # the load is in M when F is at the next line
    CLEAN_SET
    fence.i
    START
    .rept 9
    nop
    .endr
    ld t0, 0(t2)                        # the 14th instruction of the line
    nop
    nop
    nop
    STOP 13

BENCHMARK straddling_fetch
    .balign 64
    START
    .rept 12
    nop
    .endr
    .option rvc
    c.nop
    .option norvc
    addi t0, t0, 1                      # the last halfword of a line and the first of the next
    .option rvc
    c.nop
    .option norvc
    STOP 15

BENCHMARK fence_i                       # nothing dirty
    fence.i
    START
    fence.i
    STOP 1

BENCHMARK fence_i_dirty_line            # what one dirty line adds
    la t2, bench_data
    fence.i
    csrr t0, mcycle
    fence.i
    csrr t1, mcycle
    sub t1, t1, t0
    sd zero, 0(t2)
    csrr t0, mcycle
    fence.i
    csrr t3, mcycle
    sub t3, t3, t0
    sub a0, t3, t1
    ret

BENCHMARK timer_access                  # 32 bits: one transfer on the APB
    li t2, 0x2004000
    START
    lw t0, 0(t2)
    nop
    STOP 2

BENCHMARK timer_access_64               # two transfers
    li t2, 0x2004000
    START
    ld t0, 0(t2)
    nop
    STOP 2

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
    .macro TABLE_WALK address
    SUPERVISOR_LOADS bench_root, \address
    ld t0, 0(t2)
    sfence.vma                          # now the tables are in the cache
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

BENCHMARK walk_4k
    TABLE_WALK 0x40000000

BENCHMARK walk_2m
    TABLE_WALK 0x40200000

BENCHMARK walk_1g
    TABLE_WALK 0x80000000

BENCHMARK translation_hit
    SUPERVISOR_LOADS bench_root, 0x40000000
    ld t0, 0(t2)
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
    .globl bench_data
bench_data:
    .zero 4096
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

    .bss
    .balign 4096
    .globl bench_lines
bench_lines:
    .zero 17 * 4096
