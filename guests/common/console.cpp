#include "guests/common/console.hpp"

#include "models/base/virt_map.h"

namespace {

// ns16550a: transmitter holding register, and bit 5 of the line status register, which says that
// it is empty.
constexpr uintptr_t uart = VIRT_UART_BASE;
constexpr unsigned line_status = 5;
constexpr uint8_t transmitter_empty = 1 << 5;

volatile uint8_t& uart_register(unsigned offset) {
  return *reinterpret_cast<volatile uint8_t*>(uart + offset);
}

void print_character(char character) {
  while (!(uart_register(line_status) & transmitter_empty)) {
  }
  uart_register(0) = static_cast<uint8_t>(character);
}

void print_digits(uint64_t value, unsigned base) {
  char digits[20];
  unsigned count = 0;
  do {
    digits[count++] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  while (count != 0) print_character(digits[--count]);
}

}  // namespace

void print_one(const char* text) {
  for (; *text != '\0'; ++text) print_character(*text);
}

void print_one(uint64_t decimal) { print_digits(decimal, 10); }

void print_one(Hex number) {
  print_one("0x");
  print_digits(number.value, 16);
}
