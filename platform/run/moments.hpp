// Moments of a run that are known only when it has been run: --stop-at, and the waves of the worst
// interrupts. A run is exact and can be repeated, so it runs once to find them.
#pragma once

#include <string>

#include "platform/run/run_request.hpp"

namespace cyclevisor {

/// Runs the scenario in a child process, without results, if `request.stop_at` or `request.waves_of`
/// wants it, and sets the limit of cycles and the parts of the waves accordingly. Throws
/// ConfigurationError for what cannot be meant. Call it before the simulation is elaborated.
void find_moments(RunRequest& request);

}  // namespace cyclevisor
