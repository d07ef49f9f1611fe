# Stores a deadline, reads it back into a0, and ends.
#include "tests/platform/programs/endings.h"
    .option norvc
    .section .text.init, "ax"
    .globl _start
_start:
    li a1, VIRT_TIMER_BASE + VIRT_TIMER_MTIMECMP
    li a0, 1234567
    sd a0, 0(a1)
    ld a0, 0(a1)
    finish 0x5555
