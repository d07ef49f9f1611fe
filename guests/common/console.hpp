// Text on the board's first UART (ns16550a, polled).
#pragma once

#include <stdint.h>

// A number that is printed as 0x and hexadecimal digits, without leading zeros.
struct Hex {
  uint64_t value;
};

void print_one(const char* text);
void print_one(uint64_t decimal);
void print_one(Hex number);

// print("tick ", uint64_t{7}, "\n")
template <typename... Items>
void print(Items... items) {
  (print_one(items), ...);
}
