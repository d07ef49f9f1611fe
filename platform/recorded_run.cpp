#include "platform/recorded_run.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "platform/configuration_error.hpp"
#include "platform/observe/rtl_replay.hpp"
#include "platform/run_coverage.hpp"

namespace cyclevisor {
namespace {

using Json = nlohmann::ordered_json;

/// In the order of ObservedPlatform::Strategy.
constexpr std::array<const char*, 3> strategy_names = {"native", "firmware", "trap"};

ObservedPlatform::Strategy read_strategy(const std::string& name) {
  for (std::size_t i = 0; i < strategy_names.size(); ++i) {
    if (name == strategy_names[i]) return static_cast<ObservedPlatform::Strategy>(i);
  }
  throw std::runtime_error("unknown strategy");
}

Json platform_json(const ObservedPlatform& platform) {
  Json json;
  json["strategy"] = strategy_names[static_cast<std::size_t>(platform.strategy)];
  json["clock_hz"] = platform.clock_hz;
  json["timebase_hz"] = platform.timebase_hz;
  json["prescale"] = platform.prescale;
  json["slice"] = platform.slice;
  json["vms"] = Json::array();
  for (const ObservedVm& vm : platform.vms) {
    json["vms"].push_back({{"number", vm.number},
                           {"name", vm.name},
                           {"partition", vm.partition.value},
                           {"partition_bytes", vm.partition_bytes},
                           {"console", vm.console.value}});
  }
  json["stages"] = Json::array();
  for (const StageRange& range : platform.stages) {
    json["stages"].push_back({range.first, stage_names[static_cast<std::size_t>(range.stage)]});
  }
  return json;
}

HypervisorStage read_stage(const std::string& name) {
  const auto found = std::find(stage_names.begin(), stage_names.end(), name);
  if (found == stage_names.end()) throw std::runtime_error("unknown stage " + name);
  return static_cast<HypervisorStage>(found - stage_names.begin());
}

ObservedPlatform read_platform(const Json& json) {
  ObservedPlatform platform;
  platform.strategy = read_strategy(json.at("strategy"));
  platform.clock_hz = json.at("clock_hz");
  platform.timebase_hz = json.at("timebase_hz");
  const std::uint64_t prescale = json.at("prescale");
  if (prescale == 0 || prescale > 65535) throw std::runtime_error("prescale out of range");
  if (platform.clock_hz == 0 || platform.timebase_hz == 0) throw std::runtime_error("no clock");
  platform.prescale = static_cast<unsigned>(prescale);
  platform.slice = json.at("slice");
  for (const Json& vm : json.at("vms")) {
    platform.vms.push_back(
        {vm.at("number"), vm.at("name"), PhysicalAddress(vm.at("partition").get<std::uint64_t>()),
         vm.at("partition_bytes"), PhysicalAddress(vm.at("console").get<std::uint64_t>())});
  }
  for (const Json& range : json.at("stages")) {
    platform.stages.push_back({range.at(0), read_stage(range.at(1))});
  }
  return platform;
}

Json symbols_json(const SymbolTable& table) {
  Json json = Json::array();
  for (const SymbolTable::Entry& entry : table.entries()) {
    json.push_back({entry.address, entry.name});
  }
  return json;
}

SymbolTable read_symbols(const Json& json) {
  std::vector<SymbolTable::Entry> entries;
  for (const Json& entry : json) entries.push_back({entry.at(0), entry.at(1)});
  return SymbolTable(std::move(entries));
}

ExitCode read_exit(const Json& json) {
  switch (const auto code = static_cast<ExitCode>(json.get<int>())) {
    case ExitCode::pass:
    case ExitCode::guest_failed:
    case ExitCode::usage:
    case ExitCode::cycle_limit:
    case ExitCode::fault:
    case ExitCode::bound_violated:
    case ExitCode::internal_error:
      return code;
  }
  throw std::runtime_error("unknown exit code");
}

Json presentation_json(const Presentation& presentation) {
  return {{"histogram_unit", histogram_unit_name(presentation.histogram.unit)},
          {"histogram_rows", presentation.histogram.rows},
          {"perfetto_first", presentation.perfetto.first.value},
          {"perfetto_last", presentation.perfetto.last.value},
          {"perfetto_events", presentation.perfetto.events}};
}

Presentation read_presentation(const Json& json) {
  Presentation presentation;
  const auto unit = parse_histogram_unit(json.at("histogram_unit").get<std::string>());
  presentation.histogram.rows = json.at("histogram_rows");
  if (!unit || presentation.histogram.rows > max_histogram_rows) {
    throw std::runtime_error("no such histogram");
  }
  presentation.histogram.unit = *unit;
  presentation.perfetto.first = Cycle(json.at("perfetto_first").get<std::uint64_t>());
  presentation.perfetto.last = Cycle(json.at("perfetto_last").get<std::uint64_t>());
  presentation.perfetto.events = json.at("perfetto_events");
  return presentation;
}

/// Hands events on to a stream.
class Republisher : public Sink {
 public:
  explicit Republisher(const EventStream& stream) : stream_(stream) {}
  void on(const Retire& event) override { stream_.publish(event); }
  void on(const Trap& event) override { stream_.publish(event); }
  void on(const TrapReturn& event) override { stream_.publish(event); }
  void on(const AddressSpace& event) override { stream_.publish(event); }
  void on(const Idle& event) override { stream_.publish(event); }
  void on(const BusRequest& event) override { stream_.publish(event); }
  void on(const BusTransfer& event) override { stream_.publish(event); }
  void on(const ApbTransfer& event) override { stream_.publish(event); }
  void on(const InterruptLine& event) override { stream_.publish(event); }

 private:
  const EventStream& stream_;
};

}  // namespace

std::string recording_head(const RunDescription& description) {
  Json json;
  json["scenario"] = description.scenario;
  json["command"] = description.command;
  json["version"] = description.version;
  json["configuration"] = description.configuration;
  json["inputs"] = Json::array();
  for (const RunInput& input : description.inputs) {
    json["inputs"].push_back({{"path", input.path}, {"sha256", input.sha256}});
  }
  json["platform"] = platform_json(description.platform);
  json["symbols"] = Json::array();
  for (const SymbolTable& table : description.symbols) {
    json["symbols"].push_back(symbols_json(table));
  }
  json["presentation"] = presentation_json(description.presentation);
  // Names in ELF files are any bytes.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

RunDescription read_recording_head(const std::string& text, const std::filesystem::path& path) {
  try {
    const Json json = Json::parse(text);
    RunDescription description;
    description.scenario = json.at("scenario");
    description.command = json.at("command").get<std::vector<std::string>>();
    description.version = json.at("version");
    description.configuration = json.at("configuration");
    for (const Json& input : json.at("inputs")) {
      description.inputs.push_back({input.at("path"), input.at("sha256")});
    }
    description.platform = read_platform(json.at("platform"));
    for (const Json& table : json.at("symbols")) {
      description.symbols.push_back(read_symbols(table));
    }
    description.presentation = read_presentation(json.at("presentation"));
    return description;
  } catch (const std::exception& error) {
    throw RecordingError(path, std::string("its head is not as it should be: ") + error.what());
  }
}

std::string recording_tail(const RunResult& result) {
  Json json;
  json["exit"] = static_cast<int>(result.exit);
  json["reason"] = result.reason;
  json["message"] = result.message;
  json["cycles"] = result.cycles.value;
  json["instructions"] = result.instructions;
  json["events"] = result.events;
  json["digest"] = result.digest;
  if (result.tohost) json["tohost"] = *result.tohost;
  if (result.altered) json["altered"] = true;
  if (result.deadlock) json["deadlock"] = true;
  json["typed"] = Json::array();
  for (const TypedInput& typed : result.typed) {
    json["typed"].push_back({typed.vm, typed.steps, typed.done, typed.waiting_at});
  }
  return json.dump();
}

RunResult read_recording_tail(const std::string& text, const std::filesystem::path& path) {
  try {
    const Json json = Json::parse(text);
    RunResult result;
    result.exit = read_exit(json.at("exit"));
    result.reason = json.at("reason");
    result.message = json.at("message");
    result.cycles = Cycle(json.at("cycles").get<std::uint64_t>());
    result.instructions = json.at("instructions");
    result.events = json.at("events");
    result.digest = json.at("digest");
    result.altered = json.value("altered", false);
    result.deadlock = json.value("deadlock", false);
    for (const Json& typed : json.at("typed")) {
      result.typed.push_back({typed.at(0), typed.at(1), typed.at(2), typed.at(3)});
    }
    if (json.contains("tohost")) result.tohost = json.at("tohost").get<std::uint64_t>();
    return result;
  } catch (const std::exception& error) {
    throw RecordingError(path, std::string("its end is not as it should be: ") + error.what());
  }
}

std::filesystem::path find_recording(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    throw ConfigurationError(folder.string(), "there is no such output folder");
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
  RecordingReader reader(path);
  RunDescription description = read_recording_head(reader.head(), path);
  request.presentation.apply_to(description.presentation);
  const OutputFolder folder(request.outdir, OutputFolder::Earlier::kept);
  EventStream stream;
  const bool waves = request.outputs.wave != WaveChoice::none;
  TimerRtl timer(description.platform.prescale,
                 request.outputs.wave == WaveChoice::vcd ? WaveFormat::vcd : WaveFormat::fst);
  RtlReplay replay(timer);
  if (waves) stream.attach(replay);
  RunOutputs outputs(description, request.outputs, folder);
  outputs.attach(stream, timer);
  std::unique_ptr<Coverage> coverage;
  if (request.coverage == ReportRequest::Coverage::on) {
    coverage = make_coverage(description, outputs.observation().watch);
    stream.attach(*coverage);
  }
  Republisher republisher(stream);
  while (reader.next(republisher)) {
  }
  const RunResult recorded = read_recording_tail(reader.tail(), path);
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
  outputs.write(result);
  if (coverage) folder.write("coverage.info", coverage_info(*coverage));
  return result.exit;
}

}  // namespace cyclevisor
