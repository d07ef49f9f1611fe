// One run, from boot to the files in the output folder.
#pragma once

#include "platform/base/exit_code.hpp"
#include "platform/run/run_request.hpp"

namespace cyclevisor {

/// Runs the simulation. Throws ConfigurationError for errors in the inputs. Any other exception is
/// an error of the simulator; the results so far have been written.
ExitCode simulate(const RunRequest& request);

}  // namespace cyclevisor
