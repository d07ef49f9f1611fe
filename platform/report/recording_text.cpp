#include "platform/report/recording_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "platform/scenario/scenario_reader.hpp"
#include "platform/scenario/setting_value.hpp"

namespace cyclevisor {
namespace {

using Json = nlohmann::ordered_json;

static_assert(recorded_consoles > max_vms, "one for each VM and the hypervisor's");

constexpr std::uint64_t any_number = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t max_timeline_events = 1'000'000;

constexpr std::array<ExitCode, 9> exit_codes = {
    ExitCode::pass,           ExitCode::guest_failed, ExitCode::usage,
    ExitCode::cycle_limit,    ExitCode::fault,        ExitCode::bound_violated,
    ExitCode::internal_error, ExitCode::interrupted,  ExitCode::terminated};

/// An entry of the text, and how it is reached from the beginning ("platform.vms[0].name"). The
/// library's own conversions would take 2^64 - 1 for -1 and 1 for 1.9.
class Entry {
 public:
  Entry(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

  Entry at(const char* key) const {
    const auto found = json_.is_object() ? json_.find(key) : json_.end();
    if (found == json_.end()) fail(fmt::format("has no '{}'", key));
    return {*found, where_.empty() ? key : where_ + "." + key};
  }
  bool has(const char* key) const { return json_.is_object() && json_.contains(key); }

  /// The elements of an array with `fewest` to `most` of them.
  std::vector<Entry> elements(std::size_t fewest = 0, std::size_t most = SIZE_MAX) const {
    if (!json_.is_array()) fail("is no array");
    if (json_.size() < fewest || json_.size() > most) {
      fail(fmt::format("has {} elements", json_.size()));
    }
    std::vector<Entry> entries;
    entries.reserve(json_.size());
    for (std::size_t i = 0; i < json_.size(); ++i) {
      entries.emplace_back(json_[i], fmt::format("{}[{}]", where_, i));
    }
    return entries;
  }

  std::string text() const {
    if (!json_.is_string()) fail("is no text");
    return json_.get<std::string>();
  }
  bool truth() const {
    if (!json_.is_boolean()) fail("is neither true nor false");
    return json_.get<bool>();
  }
  std::uint64_t number(std::uint64_t first = 0, std::uint64_t last = any_number) const {
    const bool whole = json_.is_number_unsigned();
    const auto value = whole ? json_.get<std::uint64_t>() : 0;
    if (!whole || value < first || value > last) {
      fail(fmt::format("is no whole number from {} to {}", first, last));
    }
    return value;
  }
  /// The place in `names` of the text.
  template <class Names>
  std::size_t choice(const Names& names) const {
    const auto found = std::find(names.begin(), names.end(), text());
    if (found == names.end()) fail("is '" + text() + "', which there is not");
    return static_cast<std::size_t>(found - names.begin());
  }

  [[noreturn]] void fail(const std::string& reason) const {
    throw std::runtime_error(where_.empty() ? reason : where_ + " " + reason);
  }

 private:
  const Json& json_;
  std::string where_;
};

/// What `strategy` stands for in a recording, in the order of arrangements().
std::vector<std::string_view> arrangement_names() {
  std::vector<std::string_view> names;
  for (const Arrangement& arrangement : arrangements()) names.push_back(arrangement.name);
  return names;
}

// --- Head --------------------------------------------------------------------------------------

Json bounds_json(const LatencyBounds& bounds) {
  Json json = Json::object();
  if (bounds.median) json["median"] = *bounds.median;
  if (bounds.p99) json["p99"] = *bounds.p99;
  if (bounds.max) json["max"] = *bounds.max;
  return json;
}

LatencyBounds read_bounds(const Entry& entry) {
  LatencyBounds bounds;
  if (entry.has("median")) bounds.median = entry.at("median").number();
  if (entry.has("p99")) bounds.p99 = entry.at("p99").number();
  if (entry.has("max")) bounds.max = entry.at("max").number();
  return bounds;
}

Json landmarks_json(const std::vector<Landmark>& landmarks) {
  Json json = Json::array();
  for (const Landmark& landmark : landmarks) {
    json.push_back({{"name", landmark.name}, {"vm", landmark.vm}, {"at", landmark.at.value}});
    if (!landmark.when) continue;
    json.back()["when"] = {landmark.when->number,
                           condition_texts[static_cast<std::size_t>(landmark.when->is)],
                           landmark.when->value};
  }
  return json;
}

Json intervals_json(const std::vector<Interval>& intervals) {
  Json json = Json::array();
  for (const Interval& interval : intervals) {
    json.push_back({{"name", interval.name}, {"from", interval.from}, {"to", interval.to}});
    if (interval.max) json.back()["max"] = *interval.max;
  }
  return json;
}

Json platform_json(const ObservedPlatform& platform) {
  Json json;
  json["strategy"] = platform.arrangement.name;
  json["clock_hz"] = platform.clock_hz;
  json["timebase_hz"] = platform.timebase_hz;
  json["prescale"] = platform.prescale;
  json["slice"] = platform.slice;
  if (platform.memory_wait != 0) json["memory_wait"] = platform.memory_wait;
  json["vms"] = Json::array();
  for (const ObservedVm& vm : platform.vms) {
    json["vms"].push_back({{"number", vm.number},
                           {"name", vm.name},
                           {"partition", vm.partition.value},
                           {"partition_bytes", vm.partition_bytes},
                           {"console", vm.console.value}});
    if (!vm.bounds.empty()) json["vms"].back()["bounds"] = bounds_json(vm.bounds);
    if (vm.disk != 0) json["vms"].back()["disk"] = vm.disk;
    if (!vm.source) continue;
    json["vms"].back()["source"] = guest_source_names[static_cast<std::size_t>(*vm.source)];
  }
  if (!platform.landmarks.empty()) json["landmarks"] = landmarks_json(platform.landmarks);
  if (!platform.intervals.empty()) json["intervals"] = intervals_json(platform.intervals);
  json["stages"] = Json::array();
  for (const StageRange& range : platform.stages) {
    json["stages"].push_back({range.first, stage_names[static_cast<std::size_t>(range.stage)]});
  }
  return json;
}

std::vector<Landmark> read_landmarks(const Entry& entry) {
  std::vector<Landmark> landmarks;
  for (const Entry& from : entry.elements()) {
    Landmark landmark;
    landmark.name = from.at("name").text();
    landmark.vm = static_cast<unsigned>(from.at("vm").number(0, max_vms));
    landmark.at = VirtualAddress(from.at("at").number());
    if (from.has("when")) {
      const std::vector<Entry> parts = from.at("when").elements(3, 3);
      landmark.when = RegisterCondition{static_cast<unsigned>(parts[0].number(0, 31)),
                                        RegisterCondition::Is(parts[1].choice(condition_texts)),
                                        parts[2].number()};
    }
    landmarks.push_back(std::move(landmark));
  }
  return landmarks;
}

std::vector<Interval> read_intervals(const Entry& entry, std::size_t landmarks) {
  std::vector<Interval> intervals;
  for (const Entry& from : entry.elements()) {
    Interval interval;
    interval.name = from.at("name").text();
    const std::uint64_t last = landmarks == 0 ? 0 : landmarks - 1;
    if (landmarks == 0) from.fail("has no landmarks");
    interval.from = from.at("from").number(0, last);
    interval.to = from.at("to").number(0, last);
    if (from.has("max")) interval.max = from.at("max").number();
    intervals.push_back(std::move(interval));
  }
  return intervals;
}

std::vector<ObservedVm> read_vms(const Entry& entry) {
  std::vector<ObservedVm> vms;
  std::set<std::string> taken{"hypervisor"};
  for (const Entry& from : entry.elements(1, max_vms)) {
    ObservedVm vm;
    vm.number = static_cast<unsigned>(from.at("number").number(vms.size() + 1, vms.size() + 1));
    vm.name = from.at("name").text();
    // Names go into file names.
    if (!is_word(vm.name)) from.at("name").fail("is no name of a VM");
    if (!taken.insert(vm.name).second) from.at("name").fail("is taken already");
    vm.partition = PhysicalAddress(from.at("partition").number());
    vm.partition_bytes = from.at("partition_bytes").number();
    vm.console = PhysicalAddress(from.at("console").number());
    if (from.has("bounds")) vm.bounds = read_bounds(from.at("bounds"));
    if (from.has("disk")) vm.disk = static_cast<unsigned>(from.at("disk").number(1, max_vms));
    if (from.has("source")) {
      vm.source = GuestSourceKind(from.at("source").choice(guest_source_names));
    }
    vms.push_back(vm);
  }
  return vms;
}

std::vector<StageRange> read_stages(const Entry& entry) {
  std::vector<StageRange> stages;
  for (const Entry& range : entry.elements()) {
    const std::vector<Entry> pair = range.elements(2, 2);
    const std::uint64_t least = stages.empty() ? 0 : stages.back().first;
    stages.push_back({pair[0].number(least), HypervisorStage(pair[1].choice(stage_names))});
  }
  return stages;
}

ObservedPlatform read_platform(const Entry& entry) {
  constexpr std::uint64_t max_prescale = 65535;
  ObservedPlatform platform;
  platform.arrangement = arrangements()[entry.at("strategy").choice(arrangement_names())];
  platform.clock_hz = entry.at("clock_hz").number(1'000, 10'000'000'000);
  platform.timebase_hz = entry.at("timebase_hz").number(1, platform.clock_hz);
  platform.prescale = static_cast<unsigned>(entry.at("prescale").number(1, max_prescale));
  if (platform.clock_hz != platform.timebase_hz * platform.prescale) {
    entry.at("prescale").fail("is not what leads from clock_hz to timebase_hz");
  }
  platform.slice = entry.at("slice").number();
  if (entry.has("memory_wait")) platform.memory_wait = entry.at("memory_wait").number();
  platform.vms = read_vms(entry.at("vms"));
  if (entry.has("landmarks")) platform.landmarks = read_landmarks(entry.at("landmarks"));
  if (entry.has("intervals")) {
    platform.intervals = read_intervals(entry.at("intervals"), platform.landmarks.size());
  }
  platform.stages = read_stages(entry.at("stages"));
  return platform;
}

Json symbols_json(const SymbolTable& table) {
  Json json = Json::array();
  for (const SymbolTable::Entry& entry : table.entries()) {
    json.push_back({entry.address, entry.end, entry.name});
  }
  return json;
}

SymbolTable read_symbols(const Entry& entry) {
  std::vector<SymbolTable::Entry> entries;
  for (const Entry& symbol : entry.elements()) {
    // [address, end, name]; in older recordings [address, name], each reaching to the next one.
    const std::vector<Entry> parts = symbol.elements(2, 3);
    const bool sized = parts.size() == 3;
    const std::uint64_t least = entries.empty() ? 0 : entries.back().address;
    const std::uint64_t address = parts[0].number(least);
    const std::uint64_t end =
        sized ? parts[1].number(address) : std::numeric_limits<std::uint64_t>::max();
    // In the recording's order, of several names of an address the last one is used.
    const auto rank = static_cast<unsigned>(entries.size());
    entries.push_back({address, end, parts.back().text(), rank, sized});
  }
  return SymbolTable(std::move(entries));
}

Json presentation_json(const Presentation& presentation) {
  return {{"histogram_unit", histogram_unit_name(presentation.histogram.unit)},
          {"histogram_rows", presentation.histogram.rows},
          {"perfetto_first", presentation.perfetto.first.value},
          {"perfetto_last", presentation.perfetto.last.value},
          {"perfetto_events", presentation.perfetto.events}};
}

Presentation read_presentation(const Entry& entry) {
  Presentation presentation;
  const auto unit = parse_histogram_unit(entry.at("histogram_unit").text());
  if (!unit) entry.at("histogram_unit").fail("is no unit");
  presentation.histogram.unit = *unit;
  presentation.histogram.rows = entry.at("histogram_rows").number(1, max_histogram_rows);
  presentation.perfetto.first = Cycle(entry.at("perfetto_first").number());
  presentation.perfetto.last = Cycle(entry.at("perfetto_last").number());
  presentation.perfetto.events = entry.at("perfetto_events").number(0, max_timeline_events);
  return presentation;
}

RunDescription read_head(const Entry& entry) {
  RunDescription description;
  description.scenario = entry.at("scenario").text();
  for (const Entry& word : entry.at("command").elements()) {
    description.command.push_back(word.text());
  }
  description.version = entry.at("version").text();
  description.configuration = entry.at("configuration").text();
  for (const Entry& input : entry.at("inputs").elements()) {
    description.inputs.push_back({input.at("path").text(), input.at("sha256").text()});
  }
  description.platform = read_platform(entry.at("platform"));
  for (const Entry& table : entry.at("symbols").elements()) {
    description.symbols.push_back(read_symbols(table));
  }
  description.presentation = read_presentation(entry.at("presentation"));
  return description;
}

// --- Tail --------------------------------------------------------------------------------------

ExitCode read_exit(const Entry& entry) {
  const std::uint64_t number = entry.number();
  for (const ExitCode code : exit_codes) {
    if (static_cast<std::uint64_t>(code) == number) return code;
  }
  entry.fail("is no exit code");
}

RunResult read_tail(const Entry& entry) {
  RunResult result;
  result.exit = read_exit(entry.at("exit"));
  result.reason = entry.at("reason").text();
  result.message = entry.at("message").text();
  result.cycles = Cycle(entry.at("cycles").number(0, end_of_time.value));
  result.instructions = entry.at("instructions").number();
  result.events = entry.at("events").number();
  result.digest = entry.at("digest").text();
  result.altered = entry.has("altered") && entry.at("altered").truth();
  result.deadlock = entry.has("deadlock") && entry.at("deadlock").truth();
  for (const Entry& typed : entry.at("typed").elements()) {
    const std::vector<Entry> parts = typed.elements(4, 4);
    result.typed.push_back(
        {parts[0].text(), parts[1].number(), parts[2].number(), parts[3].text()});
  }
  if (entry.has("tohost")) result.tohost = entry.at("tohost").number();
  return result;
}

/// Parses and reads; `what` is what a bad text is called.
template <class Read>
auto read_text(const std::string& text, const std::filesystem::path& path, const char* what,
               Read read) {
  try {
    const Json json = Json::parse(text);
    return read(Entry(json, ""));
  } catch (const Json::parse_error& error) {
    throw RecordingError(
        path, fmt::format("{} is no JSON text: it goes wrong at byte {}", what, error.byte));
  } catch (const std::runtime_error& error) {
    throw RecordingError(path, fmt::format("{} is not that of a run: {}", what, error.what()));
  }
}

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
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

RunDescription read_recording_head(const std::string& text, const std::filesystem::path& path) {
  return read_text(text, path, "its head", read_head);
}

RunResult read_recording_tail(const std::string& text, const std::filesystem::path& path) {
  return read_text(text, path, "its end", read_tail);
}

std::vector<std::string> console_names(const ObservedPlatform& platform) {
  std::vector<std::string> names;
  if (platform.arrangement.hypervised()) names.emplace_back("hypervisor");
  for (const ObservedVm& vm : platform.vms) names.push_back(vm.name);
  return names;
}

}  // namespace cyclevisor
