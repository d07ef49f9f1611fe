// Endless random programs for the reference platform's memory that use what the fast path does
// itself and what it has to leave to the stepped pipeline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/system/differential/random.hpp"

namespace cyclevisor::test {

/// How a random program looks.
struct ProgramShape {
  unsigned halfwords = 512;       ///< of code
  unsigned far_percent = 20;      ///< jumps and branches that go anywhere instead of near by
  unsigned data_bytes = 1 << 12;  ///< that loads and stores reach; a power of two
  unsigned system_percent = 1;    ///< CSR accesses, fences, atomics, traps
  bool translates = false;        ///< runs in S-mode under Sv39
  /// Each trap goes on in some privilege mode, with some SUM, MXR and MPRV, and not everybody may
  /// use all pages. With `translates`.
  bool changes_mode = false;
  unsigned loop_percent = 0;      ///< counted loops of straight-line code, branches and calls
  unsigned most_rounds = 40;      ///< of a loop; at most 2000
  unsigned short_blocks = 0;      ///< at most so many in a loop, all of whose branches decide alike
  unsigned patch_percent = 0;     ///< after a loop: it is changed a little and run again
  /// Calls, returns and both in one; then x1 and x5 hold return addresses only.
  unsigned call_percent = 0;
  bool stores_to_code = false;  ///< near the program counter, whatever lies there
};

/// The first megabyte of RAM; execution begins at its start and never ends.
std::vector<std::byte> random_program(differential::Random& random, const ProgramShape& shape);

}  // namespace cyclevisor::test
