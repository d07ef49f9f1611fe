// stats.json and manifest.json.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/timing/settings.hpp"
#include "platform/report/run_data.hpp"

namespace cyclevisor {

std::string stats_json(const RunData& run);
std::string manifest_json(const RunData& run, const std::map<std::string, std::string>& results);

/// The same of a run on the reference platform, which has no event stream to derive more from.
std::string reference_stats_json(const PipelineSettings& timing, const RunResult& result);
/// `command` as the user typed it, `program` the ELF file.
std::string reference_manifest_json(const std::vector<std::string>& command,
                                    const std::string& program,
                                    const std::map<std::string, std::string>& results);

}  // namespace cyclevisor
