// Coverage of one run: from the scenario's files to coverage.info.
#pragma once

#include <memory>
#include <string>

#include "platform/coverage/coverage.hpp"
#include "platform/scenario.hpp"

namespace cyclevisor {

/// A sink that counts for the scenario's programs. Programs without line information (raw images,
/// stripped files) are left out; ConfigurationError if that leaves none.
std::unique_ptr<Coverage> make_coverage(const Scenario& scenario, const ObservedPlatform& platform,
                                        const VmWatch& watch);

/// What was counted, as an lcov tracefile.
std::string coverage_info(const Coverage& coverage);

}  // namespace cyclevisor
