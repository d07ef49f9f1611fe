// `cyclevisor report`: writes the results of a run again, from its recorded event stream.
#pragma once

#include <filesystem>
#include <vector>

#include "models/probe/recording.hpp"
#include "platform/plugin/sections.hpp"
#include "platform/report/run_data.hpp"
#include "platform/run/run_request.hpp"

namespace cyclevisor {

/// The recording in `folder`. Throws ConfigurationError if there is none; the message says how to
/// make one.
std::filesystem::path find_recording(const std::filesystem::path& folder);

struct ReportRequest {
  std::filesystem::path recorded;  ///< output folder of a run with --record
  std::filesystem::path outdir;    ///< where the results go; may be the same folder
  OutputRequest outputs;
  PresentationChoice presentation;  ///< overrides what the recording holds
  std::vector<SinkSection> sinks;   ///< plug-ins that receive the events too
  /// Whether to write coverage.info. That needs the programs, which the recording does not contain.
  enum class Coverage { off, on } coverage = Coverage::off;
};

/// Writes every result of the recorded run, byte for byte as the run itself did. Returns the run's
/// exit code. Throws RecordingError for a damaged recording.
ExitCode report_recorded(const ReportRequest& request);

}  // namespace cyclevisor
