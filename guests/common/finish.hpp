// The end of a guest: its verdict goes to the board's test finisher, which stops the machine.
#pragma once

#include <stdint.h>

// 0 is a pass; anything else (1..65535) a failure with that code.
extern "C" [[noreturn]] void finish(int code);

// Prints "FAIL: what" with the two values that should have agreed, then finishes with `code`.
[[noreturn]] void fail(int code, const char* what, uint64_t found, uint64_t wanted);

inline constexpr int unexpected_trap_code = 99;
