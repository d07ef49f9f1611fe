// One run from boot to the files in the output folder.
#pragma once

#include "platform/base/exit_code.hpp"
#include "platform/run/run_request.hpp"

namespace cyclevisor {

/// Simulates. Throws ConfigurationError for what is wrong with the inputs, and anything else for
/// what is wrong with the simulator, after having written what there is.
ExitCode simulate(const RunRequest& request);

}  // namespace cyclevisor
