# Faults while mtvec points nowhere.
    .section .text.init, "ax"
    .globl _start
_start:
    csrw mtvec, zero
    unimp
