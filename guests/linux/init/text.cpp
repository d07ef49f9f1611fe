#include "guests/linux/init/text.hpp"

#include "guests/linux/init/system_call.hpp"

Text& Text::operator<<(const char* string) {
  while (*string != 0) put(*string++);
  return *this;
}

Text& Text::number(uint64_t value, unsigned width) {
  char digits[20];
  unsigned count = 0;
  do {
    digits[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  for (unsigned i = count; i < width; ++i) put(' ');
  while (count != 0) put(digits[--count]);
  return *this;
}

void Text::print() {
  unsigned written = 0;
  while (written < used_) {
    const long result = system_call(SystemCall::write, 1,
                                    reinterpret_cast<long>(characters_ + written), used_ - written);
    if (result <= 0) break;
    written += static_cast<unsigned>(result);
  }
  used_ = 0;
}

void Text::put(char character) {
  if (used_ < sizeof characters_) characters_[used_++] = character;
}
