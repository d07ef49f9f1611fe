// `cyclevisor report`: the results of a run again, from its recorded event stream.
#pragma once

#include <filesystem>
#include <vector>

#include "models/probe/recording.hpp"
#include "platform/plugin/sections.hpp"
#include "platform/report/run_data.hpp"
#include "platform/run/run_request.hpp"

namespace cyclevisor {

/// The recording in `folder`. Throws ConfigurationError, which says how to make one, when there is
/// none.
std::filesystem::path find_recording(const std::filesystem::path& folder);

struct ReportRequest {
  std::filesystem::path recorded;  ///< output folder of a run with --record
  std::filesystem::path outdir;    ///< where the results go; may be the same
  OutputRequest outputs;
  PresentationChoice presentation;  ///< what the run chose holds otherwise
  std::vector<SinkSection> sinks;   ///< plug-ins that see the events too
  /// Whether coverage.info is written. It needs the programs, which the recording does not hold.
  enum class Coverage { off, on } coverage = Coverage::off;
};

/// Writes every result of the recorded run; the bytes are those of the run itself. The exit code is
/// the run's. Throws RecordingError for a bad recording.
ExitCode report_recorded(const ReportRequest& request);

}  // namespace cyclevisor
