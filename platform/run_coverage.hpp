// Coverage of one run: from the scenario's files to coverage.info.
#pragma once

#include <memory>
#include <string>

#include "platform/coverage/coverage.hpp"
#include "platform/run_data.hpp"
#include "platform/scenario.hpp"

namespace cyclevisor {

/// A sink that counts for the scenario's programs. Programs without line information (raw images,
/// stripped files) are left out; ConfigurationError if that leaves none.
std::unique_ptr<Coverage> make_coverage(const Scenario& scenario, const ObservedPlatform& platform,
                                        const VmWatch& watch);

/// The same for a recorded run, with the programs that it was made from. ConfigurationError if one
/// of them is not there any more or is not what it was.
std::unique_ptr<Coverage> make_coverage(const RunDescription& description, const VmWatch& watch);

/// What was counted, as an lcov tracefile.
std::string coverage_info(const Coverage& coverage);

}  // namespace cyclevisor
