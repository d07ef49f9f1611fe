// Coverage of one run: from the scenario's files to coverage.info.
#pragma once

#include <string>
#include <vector>

#include "platform/coverage/coverage.hpp"
#include "platform/report/run_data.hpp"
#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// The scenario's programs, as Coverage takes them. Those without line information (raw images,
/// stripped files) are left out; ConfigurationError if that leaves none.
std::vector<CoveredProgram> covered_programs(const Scenario& scenario);

/// The same for a recorded run, with the programs that it was made from. ConfigurationError if one
/// of them is not there any more or is not what it was.
std::vector<CoveredProgram> covered_programs(const RunDescription& description);

/// What was counted, as an lcov tracefile.
std::string coverage_info(const Coverage& coverage);

}  // namespace cyclevisor
