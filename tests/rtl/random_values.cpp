// Verilator's variables begin with random values, always the same ones.
#include <verilated.h>

namespace {

struct RandomValues {
  RandomValues() {
    Verilated::randReset(2);
    Verilated::randSeed(1);
  }
} const random_values;

}  // namespace
