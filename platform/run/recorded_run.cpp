#include "platform/run/recorded_run.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/attempts.hpp"
#include "platform/base/configuration_error.hpp"
#include "platform/base/output_file.hpp"
#include "platform/observe/waves/rtl_replay.hpp"
#include "platform/plugin/plugin_sinks.hpp"
#include "platform/report/recording_text.hpp"
#include "platform/run/run_coverage.hpp"
#include "platform/run/run_outputs.hpp"

namespace cyclevisor {
namespace {

/// The consoles' output. The logs replace earlier ones only once all of the recording has been read
/// without error.
class RecordedConsoles {
 public:
  RecordedConsoles(const OutputFolder& folder, const ObservedPlatform& platform) {
    for (const std::string& name : console_names(platform)) {
      const std::filesystem::path path = folder.path() / ("uart-" + name + ".log");
      const std::filesystem::path part = path.string() + ".part";
      logs_.push_back({path, part, OutputFile(part)});
    }
  }
  ~RecordedConsoles() {
    std::error_code error;
    for (const Log& log : logs_) std::filesystem::remove(log.part, error);
  }
  RecordedConsoles(const RecordedConsoles&) = delete;
  RecordedConsoles& operator=(const RecordedConsoles&) = delete;

  /// False if there is no such console.
  bool print(unsigned console, std::string_view text) {
    if (console >= logs_.size()) return false;
    logs_[console].file.stream() << text;
    return true;
  }
  void keep() {
    for (Log& log : logs_) {
      log.file.close();
      std::filesystem::rename(log.part, log.path);
    }
  }

 private:
  struct Log {
    std::filesystem::path path;
    std::filesystem::path part;
    OutputFile file;
  };
  std::vector<Log> logs_;
};

/// Waves are written cycle by cycle, but a recording can claim any cycle number. The number of
/// cycles with events is limited by the length of the file; the number of cycles without events is
/// limited here, unless the user gave the end of the waves.
class DrawnSilence {
 public:
  void pass(Cycle cycle) {
    if (cycle <= seen_) return;
    const Cycle gap = cycle - seen_;
    if (gap > short_gap) {
      if (gap > left_) {
        throw ConfigurationError(
            "--wave", fmt::format("in the {} cycles to cycle {} nothing happens, which makes waves "
                                  "very long: choose by --wave-window START:END what they show",
                                  gap.value, cycle.value));
      }
      left_ = left_ - gap;
    }
    seen_ = cycle;
  }

 private:
  static constexpr Cycle short_gap{1000};
  Cycle seen_;
  Cycle left_{100'000'000};
};

/// Passes events on to a stream.
class Republisher : public Sink {
 public:
  /// `silence`: limits the cycles without events; may be null.
  Republisher(const EventStream& stream, DrawnSilence* silence)
      : stream_(stream), silence_(silence) {}
  void on(const Retire& event) override { publish(event); }
  void on(const Trap& event) override { publish(event); }
  void on(const TrapReturn& event) override { publish(event); }
  void on(const AddressSpace& event) override { publish(event); }
  void on(const Idle& event) override { publish(event); }
  void on(const BusRequest& event) override { publish(event); }
  void on(const BusTransfer& event) override { publish(event); }
  void on(const ApbTransfer& event) override { publish(event); }
  void on(const InterruptLine& event) override { publish(event); }
  void on(const MasterTransfer& event) override { publish(event); }

 private:
  template <class Event>
  void publish(const Event& event) {
    if (silence_ != nullptr) silence_->pass(event.cycle);
    stream_.publish(event);
  }

  const EventStream& stream_;
  DrawnSilence* silence_;
};

}  // namespace

std::filesystem::path find_recording(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    throw ConfigurationError(folder.string(), std::filesystem::exists(folder, error)
                                                  ? "is a file: give the output folder of a run"
                                                  : "there is no such output folder");
  }
  const std::filesystem::path path = folder / recording_name;
  if (!std::filesystem::exists(path, error)) {
    throw ConfigurationError(folder.string(), std::string("has no recording (") + recording_name +
                                                  "): run with --record to make one");
  }
  return path;
}

ExitCode report_recorded(const ReportRequest& request) {
  const std::filesystem::path path = find_recording(request.recorded);
  RecordedConsoles* printing = nullptr;
  RecordingReader reader(path, [&](unsigned console, std::string_view text) {
    if (printing->print(console, text)) return;
    throw RecordingError(path,
                         fmt::format("has a text of console {}, which there is not", console));
  });
  RunDescription description = read_recording_head(reader.head(), path);
  request.presentation.apply_to(description.presentation);
  PluginSinks sinks(request.sinks, request.outdir, description.platform);
  const OutputRequest& wanted = request.outputs;
  const bool waves = wanted.wave != WaveChoice::none;
  RunOutputs::check_logs(wanted, request.outdir);
  LogFilter::check(wanted.logs, description);

  const OutputFolder folder(request.outdir, OutputFolder::Earlier::kept);
  RecordedConsoles consoles(folder, description.platform);
  printing = &consoles;
  EventStream stream;
  TimerRtl timer(description.platform.prescale,
                 wanted.wave == WaveChoice::vcd ? WaveFormat::vcd : WaveFormat::fst);
  RtlReplay replay(timer);
  if (waves) stream.attach(replay);
  RunOutputs outputs(description, wanted, folder);
  outputs.attach(stream, timer);
  std::optional<Coverage> coverage;
  if (request.coverage == ReportRequest::Coverage::on) {
    coverage.emplace(description.platform, outputs.observation().watch,
                     covered_programs(description));
    stream.attach(*coverage);
  }
  sinks.attach(stream);
  DrawnSilence silence;
  const bool open_end = waves && wanted.wave_window.last == Cycle::never();
  Republisher republisher(stream, open_end ? &silence : nullptr);
  while (reader.next(republisher)) {
  }
  const RunResult recorded = read_recording_tail(reader.tail(), path);
  if (open_end) silence.pass(recorded.cycles);
  if (!replay.faithful()) {
    throw RecordingError(path, "was made with another RTL timer than this program's: no waves");
  }
  outputs.end(recorded.cycles, recorded.deadlock ? RunEnd::deadlock : RunEnd::stopped);
  RunResult result = recorded;
  outputs.complete(result);
  if (result.digest != recorded.digest) {
    throw RecordingError(path, "the digest of its events is " + result.digest +
                                   ", that of the recorded run " + recorded.digest);
  }
  Attempts attempts;
  attempts([&] { sinks.finish(recorded.cycles); });
  attempts([&] { consoles.keep(); });
  attempts([&] {
    if (coverage) folder.write("coverage.info", coverage_info(*coverage));
  });
  attempts([&] { outputs.write(result); });
  attempts.rethrow();
  return result.exit;
}

}  // namespace cyclevisor
