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

BENCHMARK failing_sc                    # of a line that is not in the cache
    CLEAN_SET
    la t1, bench_data
    lr.d t0, (t1)
    START
    sc.d t0, zero, (t2)
    nop
    STOP 2

# Eight lines of which each second one maps to the same set, when they have just been loaded.
    .macro LOAD_LINES count
    .rept \count
    ld t4, 0(t3)
    add t3, t3, t5
    .endr
    .endm
BENCHMARK data_working_set
    la t2, bench_lines
    li t5, set_stride / 2
    add t3, t2, t5
    LOAD_LINES 33                       # so that none of the eight is there
    mv t3, t2
    LOAD_LINES 8
    mv t3, t2
    START
    LOAD_LINES 8
    STOP 16

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

# The same with a dirty line to be replaced; no fence.i, which would clean it.
    .macro BOTH_MISS_DIRTY access:vararg
    DIRTY_SET
    START
    .rept 10
    nop
    .endr
    \access                             # the 14th instruction of the line
    nop
    nop
    nop
    STOP 14
    .endm
BENCHMARK both_miss_dirty
    BOTH_MISS_DIRTY ld t0, 0(t2)

BENCHMARK both_miss_store_dirty
    BOTH_MISS_DIRTY sd zero, 0(t2)

BENCHMARK both_miss_slip                # the load is in M when F is at an instruction in two lines
    CLEAN_SET
    START
    .option rvc
    c.nop
    .option norvc
    .rept 9
    nop
    .endr
    ld t0, 0(t2)
    nop
    nop
    addi t1, t1, 1                      # the last halfword of the line and the first of the next
    .option rvc
    c.nop
    .option norvc
    STOP 15

BENCHMARK both_miss_device              # as both_miss, with a word of the PLIC
    li t2, 0xc000004
    j 1f
    .balign 64
1:  fence.i
    START
    .rept 9
    nop
    .endr
    lw t0, 0(t2)
    nop
    nop
    nop
    STOP 13

# Eight lines of instructions of which each second one maps to the same set, the second time. What
# measures is one line in another set.
    .balign 4096
BENCHMARK code_working_set
    fence.i
    lla t1, 1f
    lla t2, 2f
    mv t0, t1
    j 3f
1:  mv t0, t2
    START
    j 3f
2:  csrr a5, mcycle
    sub a0, a5, a4
    addi a0, a0, -(3 + 9 * 3)           # nine jumps, each with 2 bubbles
    ret
    .balign 1024
3:  .rept 7
    j 4f
    .skip set_stride / 2 - 4
4:
    .endr
    jr t0

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

BENCHMARK device_load                   # a word of the PLIC
    li t2, 0xc000004
    START
    lw t0, 0(t2)
    nop
    STOP 2

BENCHMARK device_store                  # the UART's scratch register
    li t2, 0x10000007
    START
    sb zero, 0(t2)
    nop
    STOP 2

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
