# Waits for an interrupt that nothing will raise.
    .section .text.init, "ax"
    .globl _start
_start:
    wfi
    j _start
