# Ends through the finisher with pass.
#include "tests/platform/programs/endings.h"
    .section .text.init, "ax"
    .globl _start
_start:
    finish 0x5555
