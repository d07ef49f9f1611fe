# Asks for a reset.
#include "tests/platform/programs/endings.h"
    .section .text.init, "ax"
    .globl _start
_start:
    finish 0x7777
