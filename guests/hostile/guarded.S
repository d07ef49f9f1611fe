# void run_guarded(const Start* start, Outcome* outcome)
#
# Enters start->pc by mret. Whatever trap comes next makes this function return, with what the trap
# left in the CSRs. Nothing of the attempt's registers is trusted or kept.
    .text
    .globl run_guarded
run_guarded:
    la t0, saved
    sd ra, 0(t0)
    sd sp, 8(t0)
    sd a1, 16(t0)
    .set slot, 24
    .irp n, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    sd x\n, slot(t0)
    .set slot, slot + 8
    .endr

    ld t0, 0(a0)
    csrw mepc, t0
    ld t0, 8(a0)
    csrw mstatus, t0
    ld x1, 24(a0)
    .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    mv x\n, x1
    .endr
    ld a1, 16(a0)
    mv a0, x1
    mret

    .align 2
    .globl guarded_landing
guarded_landing:
    la t0, saved
    ld ra, 0(t0)
    beqz ra, unexpected_trap            # no attempt is going on
    sd zero, 0(t0)
    ld sp, 8(t0)
    ld a1, 16(t0)
    .set slot, 24
    .irp n, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    ld x\n, slot(t0)
    .set slot, slot + 8
    .endr
    csrr t0, mcause
    sd t0, 0(a1)
    csrr t0, mepc
    sd t0, 8(a1)
    csrr t0, mtval
    sd t0, 16(a1)
    ret

    .bss
    .align 3
saved:
    .space 17 * 8
