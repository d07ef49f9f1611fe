#include "platform/run/run_outputs.hpp"

#include <fmt/format.h>

#include <iostream>
#include <sstream>

#include "platform/base/configuration_error.hpp"
#include "platform/report/html/report_page.hpp"
#include "platform/report/html/text.hpp"
#include "platform/report/junit.hpp"
#include "platform/report/latency_csv.hpp"
#include "platform/report/recording_text.hpp"
#include "platform/report/report.hpp"
#include "platform/report/table.hpp"

namespace cyclevisor {

RunOutputs::RunOutputs(const RunDescription& description, const OutputRequest& request,
                       const OutputFolder& folder)
    : description_(description), request_(request), folder_(folder) {
  if (!observes(Observe::all)) {
    observation_ = std::make_unique<LatencyObservation>(description.platform);
    return;
  }
  observation_ = std::make_unique<Observation>(description.platform);
  digest_ = std::make_unique<DigestSink>();
  perfetto_ =
      std::make_unique<PerfettoWriter>(description.platform, observation_->watch,
                                       observation_->view, description.presentation.perfetto);
}

void RunOutputs::check_logs(const OutputRequest& request, const std::filesystem::path& outdir) {
  const auto check = [&outdir](const char* option,
                               const std::optional<std::filesystem::path>& log) {
    if (!log) return;
    const auto folder = std::filesystem::absolute(*log).lexically_normal().parent_path();
    std::error_code error;
    // "out/" is "out": drop the trailing '/'.
    const auto made = (std::filesystem::absolute(outdir) / "log").lexically_normal().parent_path();
    if (!std::filesystem::is_directory(*log, error) &&
        (folder == made || std::filesystem::is_directory(folder, error))) {
      return;
    }
    throw ConfigurationError(std::string(option) + " " + log->string(), "cannot be written");
  };
  check("--log-commits", request.commit_log);
  check("--trace", request.trace_log);
  check("--junit", request.junit);
}

void RunOutputs::attach(EventStream& stream, TimerRtl& timer) {
  if (digest_) stream.attach(*digest_);
  if (observes(Observe::latency)) observation_->attach(stream);
  if (perfetto_) {
    stream.attach(*perfetto_);
    observation_->landmarks.notify([this](const LandmarkHit& hit) { perfetto_->landmark(hit); });
  }
  if (request_.wave != WaveChoice::none) {
    const WaveFormat format = request_.wave == WaveChoice::vcd ? WaveFormat::vcd : WaveFormat::fst;
    waves_ = std::make_unique<WaveWriter>(
        WaveInput{description_.platform, observation_->view, description_.symbols}, timer, format,
        folder_.path(), request_.wave_window, request_.wave_parts);
    stream.attach(*waves_);
    observation_->landmarks.notify([this](const LandmarkHit& hit) { waves_->landmark(hit); });
  }
  attach_logs(stream);
  if (request_.record == OutputRequest::Record::yes) {
    recording_ = std::make_unique<RecordingWriter>(folder_.path() / recording_name,
                                                   recording_head(description_));
    stream.attach(*recording_);
  }
}

void RunOutputs::attach_logs(EventStream& stream) {
  const auto open = [](std::optional<OutputFile>& file, const char* option,
                       const std::filesystem::path& path) -> std::ostream& {
    return file.emplace(path, std::string(option) + " " + path.string()).stream();
  };
  if (request_.commit_log) {
    commit_log_ =
        std::make_unique<CommitLog>(open(commit_file_, "--log-commits", *request_.commit_log));
    commit_filter_ = std::make_unique<LogFilter>(request_.logs, description_, *commit_log_);
    stream.attach(*commit_filter_);
  }
  if (request_.trace_log) {
    const auto& symbols = description_.symbols;
    trace_log_ = std::make_unique<TraceLog>(
        open(trace_file_, "--trace", *request_.trace_log),
        [&symbols](VirtualAddress address, unsigned vm) {
          return vm < symbols.size() ? symbols[vm].describe(address.value) : std::string();
        });
    trace_filter_ = std::make_unique<LogFilter>(request_.logs, description_, *trace_log_);
    stream.attach(*trace_filter_);
    observation_->landmarks.notify([this](const LandmarkHit& hit) {
      if (!trace_filter_->selects(hit.cycle)) return;
      trace_file_->stream() << fmt::format("{:12} landmark {}\n", hit.cycle.value,
                                           description_.platform.landmarks[hit.landmark].name);
    });
  }
}

void RunOutputs::end(Cycle cycle, RunEnd how) {
  observation_->finish(cycle, how);
  if (perfetto_) perfetto_->finish(cycle);
  if (waves_) waves_->finish(cycle, observation_->ledger.samples());
}

void RunOutputs::complete(RunResult& result) const {
  if (!digest_) return;
  result.events = digest_->events();
  result.digest = digest_->hex();
  const Oracle& oracle = *observation_->checked_by();
  // A broken rule may lead to a deadlock or fault; the rule says more.
  if (result.exit == ExitCode::internal_error || oracle.violation_count() == 0) return;
  const Violation& first = oracle.violations().front();
  result.exit = ExitCode::bound_violated;
  result.reason = "bound violated";
  result.message =
      fmt::format("cycle {}, VM {}: {}: {}", first.cycle.value, first.vm, first.rule, first.text);
}

void RunOutputs::write(const RunResult& result) {
  const RunData data{description_, result, request_.observe, *observation_};
  Attempts attempts;
  attempts([&] { folder_.write("config.resolved.toml", description_.configuration); });
  attempts([&] { folder_.write("stats.json", stats_json(data)); });
  if (observes(Observe::latency)) write_latency(attempts);
  if (perfetto_) {
    attempts([&] {
      std::ostringstream timeline;
      perfetto_->write(timeline);
      folder_.write("trace.perfetto.json", timeline.str());
    });
    attempts([&] { folder_.write("report.html", html::report_page(html::report_model(data))); });
  }
  if (recording_) attempts([&] { recording_->finish(recording_tail(result)); });
  if (request_.junit) attempts([&] { write_junit(data); });
  // Last, since it vouches for the others.
  attempts([&] { folder_.write("manifest.json", manifest_json(data, folder_.hashes())); });
  if (commit_file_) attempts([&] { commit_file_->close(); });
  if (trace_file_) attempts([&] { trace_file_->close(); });
  show(result);
  attempts.rethrow();
}

void RunOutputs::write_latency(Attempts& attempts) const {
  std::ostringstream latency;
  std::ostringstream histogram;
  observation_->ledger.write_json(latency);
  write_histogram(histogram, description_.platform, observation_->ledger,
                  description_.presentation.histogram);
  attempts([&] { folder_.write("latency.json", latency.str()); });
  attempts([&] { folder_.write("latency.csv", latency_csv(*observation_)); });
  if (!description_.platform.landmarks.empty()) {
    std::ostringstream intervals;
    observation_->intervals.write_json(intervals);
    attempts([&] { folder_.write("intervals.json", intervals.str()); });
  }
  attempts([&] { folder_.write("latency.hist", histogram.str()); });
}

void RunOutputs::write_junit(const RunData& data) const {
  OutputFile file(*request_.junit, "--junit " + request_.junit->string());
  file.stream() << junit_xml(data);
  file.close();
}

void RunOutputs::show_trigger() const {
  if (request_.wave_window.trigger == WaveTrigger::none) return;
  if (const auto cycle = waves_->triggered()) {
    std::cout << fmt::format("waves: triggered in cycle {}\n", cycle->value);
  } else {
    std::cout << "waves: the trigger did not come, the file is empty\n";
  }
}

void RunOutputs::show(const RunResult& result) const {
  if (request_.terminal == OutputRequest::Terminal::table) {
    if (observes(Observe::latency)) write_table(std::cout, *observation_);
    std::cout << fmt::format("\n{}: {} after {} cycles, {} instructions; {}\n",
                             description_.scenario, result.reason, result.cycles.value,
                             result.instructions,
                             digest_ ? "digest " + result.digest : "not checked");
    std::cout << fmt::format("results: {}\n", folder_.path().string());
    if (waves_) {
      std::cout << fmt::format("waves: gtkwave {}\n",
                               html::shell_quote((folder_.path() / "latency.gtkw").string()));
      show_trigger();
    }
  }
  std::cout.flush();
  for (const TypedInput& typed : result.typed) {
    if (typed.waiting_at.empty()) continue;
    std::cerr << fmt::format("cyclevisor: the UART input of '{}' is not finished: {}\n", typed.vm,
                             typed.waiting_at);
  }
  for (const GuestNote& note : observation_->notes()) {
    const ObservedVm* vm = description_.platform.find(note.vm);
    std::cerr << fmt::format("cyclevisor: VM {}: {}\n", vm == nullptr ? "?" : vm->name, note.text);
  }
  if (!result.message.empty()) std::cerr << "cyclevisor: " << result.message << "\n";
}

}  // namespace cyclevisor
