// Random programs. A program is a chain of launches: M-mode code sets up a mode with its registers
// and returns into a body of random instructions in that mode. Trap handlers skip the trapping
// instruction; a trap that cannot be skipped, and the end of the body, lead to the next launch.
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
  /// Use the H extension in subjects other than `hypervisor` too.
  bool hypervisor = true;
};

/// The same seed and options give the same program on every host.
Program generate(std::uint64_t seed, const ProgramOptions& options);

}  // namespace cyclevisor::differential
