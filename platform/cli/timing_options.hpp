// `--set timing.KEY=VALUE` where there is no scenario: on the reference platform.
#pragma once

#include <string>
#include <vector>

#include "models/timing/settings.hpp"

namespace cyclevisor {

/// The reference core's settings with these changes, in order. Throws ConfigurationError for
/// anything that is not a legal value of a timing setting.
PipelineSettings timing_options(const std::vector<std::string>& assignments);

}  // namespace cyclevisor
