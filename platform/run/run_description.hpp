// What is known of a run before its first cycle.
#pragma once

#include "platform/boot/boot.hpp"
#include "platform/report/run_data.hpp"
#include "platform/run/run_request.hpp"

namespace cyclevisor {

/// Reads the run's inputs once more, for their hashes and the hypervisor's stages.
RunDescription describe_run(const RunRequest& request, const BootPlan& plan);

}  // namespace cyclevisor
