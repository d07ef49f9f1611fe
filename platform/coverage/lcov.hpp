// Coverage in the form that lcov, genhtml and most continuous-integration services read.
#pragma once

#include <ostream>
#include <vector>

#include "platform/coverage/coverage.hpp"

namespace cyclevisor {

/// Writes a tracefile (geninfo(1), "FILES"): a test for each program, with functions, branches and
/// lines. A line's count is that of its most often retired instruction. A branch instruction is a
/// block with two branches: 0 taken, 1 not taken; blocks are numbered within a line by address.
void write_lcov(std::ostream& out, const std::vector<CoveredProgram>& programs);

}  // namespace cyclevisor
