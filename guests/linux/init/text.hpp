// Text for the console. A line is collected and written with one system call.
#pragma once

#include <stdint.h>

class Text {
 public:
  Text& operator<<(const char* string);
  /// Right-aligned in `width` columns, in decimal.
  Text& number(uint64_t value, unsigned width = 1);
  /// Writes what there is to standard output and starts anew.
  void print();

 private:
  void put(char character);

  char characters_[160];
  unsigned used_ = 0;
};
