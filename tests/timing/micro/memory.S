# Fetching, caches, devices (timing rules, sections 5, 8, 10).
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

    .macro TIMER_ACCESS access:vararg
    li t2, 0x2004000                    # mtimecmp, which is all ones and stays so
    li t1, -1
    START
    \access
    nop
    STOP 2
    .endm
BENCHMARK timer_load                    # 32 bits: one transfer on the APB
    TIMER_ACCESS lw t0, 0(t2)

BENCHMARK timer_load_64                 # two transfers
    TIMER_ACCESS ld t0, 0(t2)

BENCHMARK timer_store
    TIMER_ACCESS sw t1, 0(t2)

BENCHMARK timer_store_64
    TIMER_ACCESS sd t1, 0(t2)

    .data
    .balign 4096
    .globl bench_data
bench_data:
    .zero 4096

    .bss
    .balign 4096
    .globl bench_lines
bench_lines:
    .zero 17 * 4096
