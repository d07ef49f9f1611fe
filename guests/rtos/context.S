# The one trap entry (mtvec in direct mode) and the system call.
    .set FRAME_SIZE, 272
    .set FRAME_MEPC, 256
    .set FRAME_MSTATUS, 264

    .text
    .align 2                            # mtvec.BASE is a multiple of 4
    .globl trap_entry
trap_entry:
    addi sp, sp, -FRAME_SIZE
    .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    sd x\n, \n*8(sp)
    .endr
    addi t0, sp, FRAME_SIZE
    sd t0, 2*8(sp)
    csrr t0, mepc
    sd t0, FRAME_MEPC(sp)
    csrr t0, mstatus
    sd t0, FRAME_MSTATUS(sp)

    mv a0, sp
    call handle_trap

    # a0 is the frame to go on with: from here on, another task's stack perhaps.
    mv sp, a0
    ld t0, FRAME_MSTATUS(sp)
    csrw mstatus, t0
    ld t0, FRAME_MEPC(sp)
    csrw mepc, t0
    .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    ld x\n, \n*8(sp)
    .endr
    addi sp, sp, FRAME_SIZE
    mret

    .globl system_call
    .globl system_call_instruction
system_call:
system_call_instruction:
    ecall
    ret
