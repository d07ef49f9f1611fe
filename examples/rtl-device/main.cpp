// Loads the LFSR and reads it back: the value must be the loaded one, stepped once a clock cycle.
#include <stdint.h>

namespace {

volatile uint32_t& value = *reinterpret_cast<volatile uint32_t*>(0x10020000);

uint32_t stepped(uint32_t state) { return (state >> 1) ^ ((state & 1) != 0 ? 0x80200003u : 0); }

}  // namespace

int main() {
  constexpr uint32_t seed = 0x12345678;
  value = seed;
  const uint32_t read = value;
  // A load follows a store after a few cycles; how many is the bus's business.
  uint32_t state = seed;
  for (int cycles = 0; cycles < 100; ++cycles) {
    if (state == read) return cycles > 0 ? 0 : 1;
    state = stepped(state);
  }
  return 2;
}
