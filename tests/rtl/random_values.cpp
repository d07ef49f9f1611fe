// Initializes Verilator's variables with random values from a fixed seed.
#include <verilated.h>

namespace {

struct RandomValues {
  RandomValues() {
    Verilated::randReset(2);
    Verilated::randSeed(1);
  }
} const random_values;

}  // namespace
