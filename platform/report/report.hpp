// stats.json and manifest.json.
#pragma once

#include <string>

#include "platform/run/reference_run.hpp"
#include "platform/report/run_data.hpp"

namespace cyclevisor {

std::string stats_json(const RunData& run);
std::string manifest_json(const RunData& run);

/// The same of a run on the reference platform, which has no event stream to derive more from.
std::string reference_stats_json(const ReferenceRequest& request, const RunResult& result);
std::string reference_manifest_json(const ReferenceRequest& request);

}  // namespace cyclevisor
