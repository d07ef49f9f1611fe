// Everything attached to the event stream of a run: the sinks, and the files written from them.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "models/hart/commit_log.hpp"
#include "models/hart/trace_log.hpp"
#include "models/probe/digest.hpp"
#include "models/probe/event_stream.hpp"
#include "models/probe/recording.hpp"
#include "models/rtl_bridge/timer_rtl.hpp"
#include "platform/base/attempts.hpp"
#include "platform/base/output_file.hpp"
#include "platform/base/output_folder.hpp"
#include "platform/observe/waves/wave_writer.hpp"
#include "platform/report/run_data.hpp"
#include "platform/run/run_request.hpp"

namespace cyclevisor {

/// Call attach once, let the events pass, then call end, complete and write, in this order.
class RunOutputs {
 public:
  /// All must outlive the outputs. Throws ConfigurationError if a log cannot be written.
  RunOutputs(const RunDescription& description, const OutputRequest& request,
             const OutputFolder& folder);

  /// Throws ConfigurationError if the folder of a log does not exist and will not be created. A run
  /// checks this before it creates its output folder `outdir`, which deletes earlier results.
  static void check_logs(const OutputRequest& request, const std::filesystem::path& outdir);

  /// Attaches every sink. The waves show the pins of the RTL `timer`.
  void attach(EventStream& stream, TimerRtl& timer);
  /// A console has printed a character.
  void print(unsigned console, std::uint8_t character) {
    if (recording_) recording_->print(console, character);
  }
  /// The stream ended in this cycle.
  void end(Cycle cycle, RunEnd how);
  /// Adds the digest and the oracle's verdict to the result.
  void complete(RunResult& result) const;
  /// Writes the files and prints the table. A file that cannot be written does not prevent the
  /// others or the table; the error is thrown at the end.
  void write(const RunResult& result);

  const LatencyObservation& observation() const { return *observation_; }
  LatencyObservation& observation() { return *observation_; }

 private:
  bool observes(Observe what) const { return request_.observe >= what; }
  void attach_logs(EventStream& stream);
  void write_latency(Attempts& attempts) const;
  void write_junit(const RunData& data) const;
  void show_trigger() const;
  void show(const RunResult& result) const;

  const RunDescription& description_;
  const OutputRequest& request_;
  const OutputFolder& folder_;
  std::unique_ptr<LatencyObservation> observation_;
  std::unique_ptr<DigestSink> digest_;
  std::unique_ptr<PerfettoWriter> perfetto_;
  std::unique_ptr<WaveWriter> waves_;
  std::optional<OutputFile> commit_file_;
  std::unique_ptr<CommitLog> commit_log_;
  std::unique_ptr<LogFilter> commit_filter_;
  std::optional<OutputFile> trace_file_;
  std::unique_ptr<TraceLog> trace_log_;
  std::unique_ptr<LogFilter> trace_filter_;
  std::unique_ptr<RecordingWriter> recording_;
};

}  // namespace cyclevisor
