// What is known about a run before its first cycle.
#pragma once

#include "platform/boot/boot.hpp"
#include "platform/report/run_data.hpp"
#include "platform/run/run_request.hpp"

namespace cyclevisor {

/// Reads the run's inputs again, for their hashes and the hypervisor's stages.
RunDescription describe_run(const RunRequest& request, const BootPlan& plan);

}  // namespace cyclevisor
