// Coverage of one run: from the scenario's programs to coverage.info.
#pragma once

#include <string>
#include <vector>

#include "platform/coverage/coverage.hpp"
#include "platform/report/run_data.hpp"
#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// The scenario's programs as Coverage takes them. Programs without line information (raw images,
/// stripped files) are left out; throws ConfigurationError if none remains.
std::vector<CoveredProgram> covered_programs(const Scenario& scenario);

/// The same for a recorded run, with the programs it was made from. Throws ConfigurationError if
/// one of them is missing or has changed.
std::vector<CoveredProgram> covered_programs(const RunDescription& description);

/// The counts as an lcov tracefile.
std::string coverage_info(const Coverage& coverage);

}  // namespace cyclevisor
