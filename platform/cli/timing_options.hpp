// What the reference platform, which has no scenario, takes from the settings table: `--set
// timing.KEY=VALUE` and the names of engines.
#pragma once

#include <string>
#include <vector>

#include "models/engines/factory.hpp"
#include "models/timing/settings.hpp"

namespace cyclevisor {

/// The reference core's settings with these changes, in order. Throws ConfigurationError for
/// anything that is not a legal value of a timing setting.
PipelineSettings timing_options(const std::vector<std::string>& assignments);

/// The names of `platform.engine`, the reference platform's default first.
std::vector<std::string> engine_names();
/// The engine with that name; an empty name selects the default. Throws ConfigurationError for an
/// unknown name.
EngineChoice engine_option(const std::string& name);

}  // namespace cyclevisor
