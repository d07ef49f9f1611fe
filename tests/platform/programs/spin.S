# Never ends.
    .section .text.init, "ax"
    .globl _start
_start:
    j _start
