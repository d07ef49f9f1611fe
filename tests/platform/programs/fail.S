# Ends through the finisher with code 7.
#include "tests/platform/programs/endings.h"
    .section .text.init, "ax"
    .globl _start
_start:
    finish 0x73333
