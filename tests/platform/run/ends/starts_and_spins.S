# Writes a line, starts the device at 0x10010000, if there is one, and never ends.
    .section .text.init, "ax"
    .globl _start
_start:
    la t0, spin
    csrw mtvec, t0
    li t0, 0x10000000
    li t1, 'H'
    sb t1, 0(t0)
    li t1, '\n'
    sb t1, 0(t0)
    li t0, 0x10010000
    sw zero, 0(t0)
    .balign 4
spin:
    j spin
