# Ends through the finisher with code 7.
#include "tests/platform/programs/endings.h"
    .section .text.init, "ax"
    .globl _start
_start:
#ifndef VALUE
#define VALUE 0x73333
#endif
    finish VALUE
