// `cyclevisor report`: the results of a run again, from its recorded event stream.
#pragma once

#include <filesystem>
#include <string>

#include "models/probe/recording.hpp"
#include "platform/run_data.hpp"
#include "platform/run_outputs.hpp"

namespace cyclevisor {

/// The recording's name in an output folder.
inline constexpr const char* recording_name = "run.events";

/// The texts that a recording carries beside the events.
std::string recording_head(const RunDescription& description);
std::string recording_tail(const RunResult& result);

/// What `recording_head` wrote; `path` is named in the RecordingError if it is something else.
RunDescription read_recording_head(const std::string& text, const std::filesystem::path& path);
RunResult read_recording_tail(const std::string& text, const std::filesystem::path& path);

/// The recording in `folder`. Throws ConfigurationError, which says how to make one, when there is
/// none.
std::filesystem::path find_recording(const std::filesystem::path& folder);

struct ReportRequest {
  std::filesystem::path recorded;  ///< output folder of a run with --record
  std::filesystem::path outdir;    ///< where the results go; may be the same
  OutputRequest outputs;
  PresentationChoice presentation;  ///< what the run chose holds otherwise
  /// Whether coverage.info is written. It needs the programs, which the recording does not hold.
  enum class Coverage { off, on } coverage = Coverage::off;
};

/// Writes every result of the recorded run; the bytes are those of the run itself. The exit code is
/// the run's. Throws RecordingError for a bad recording.
ExitCode report_recorded(const ReportRequest& request);

}  // namespace cyclevisor
