// Where the kernel enters process 1. The stack is set up already; its arguments are not used.
    .section .text.start, "ax"
    .globl _start
_start:
    call init
    unimp               // init does not return; the kernel reports an end of process 1
