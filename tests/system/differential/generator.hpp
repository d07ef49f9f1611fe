// Random programs. A program is a chain of launches: M-mode code that sets up a mode with its
// registers and returns into a body of random instructions there. Traps out of a body skip the
// instruction; what cannot be skipped, and the end of the body, leads to the next launch.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/system/differential/body.hpp"

namespace cyclevisor::differential {

struct Program {
  std::vector<std::uint8_t> image;  ///< for 0x8000_0000, where it starts
};

struct ProgramOptions {
  Subject subject = Subject::integer;
  unsigned launches = 120;
  /// With the H extension in other subjects than `hypervisor` too.
  bool hypervisor = true;
};

/// The same program for the same seed and options, everywhere.
Program generate(std::uint64_t seed, const ProgramOptions& options);

}  // namespace cyclevisor::differential
