// The two texts that a recording carries beside the events: what was run, and how it ended.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/probe/recording.hpp"
#include "platform/report/run_data.hpp"

namespace cyclevisor {

/// The recording's name in an output folder.
inline constexpr const char* recording_name = "run.events";

std::string recording_head(const RunDescription& description);
std::string recording_tail(const RunResult& result);

/// What `recording_head` wrote. A text that no run can have written - a missing entry, another
/// type, a number out of its range - ends in a RecordingError that names `path` and the entry.
RunDescription read_recording_head(const std::string& text, const std::filesystem::path& path);
RunResult read_recording_tail(const std::string& text, const std::filesystem::path& path);

/// Whose console each UART is, in their order: the hypervisor's own, if there is one, then the
/// VMs'.
std::vector<std::string> console_names(const ObservedPlatform& platform);

}  // namespace cyclevisor
