#include "platform/report/report.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "platform/base/read_file.hpp"
#include "platform/base/sha256.hpp"
#include "platform/base/version.hpp"
#include "platform/scenario/setting_value.hpp"

namespace cyclevisor {
namespace {

using Json = nlohmann::ordered_json;

const char* verdict_name(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::none:
      return "none";
    case Verdict::Kind::pass:
      return "pass";
    case Verdict::Kind::fail:
      return "fail";
    case Verdict::Kind::reset:
      return "reset";
  }
  return "";
}

/// Numbers by `mcause`.
Json traps_json(const std::map<std::uint64_t, std::uint64_t>& traps) {
  Json json = Json::object();
  for (const auto& [cause, number] : traps) json[cause_name(cause)] = number;
  return json;
}

Json vm_json(const ObservedVm& vm, const LatencyObservation& observation) {
  const Verdict& verdict = observation.watch.verdict(vm.number);
  Json json;
  json["number"] = vm.number;
  json["name"] = vm.name;
  json["verdict"] = verdict_name(verdict.kind);
  if (verdict.kind == Verdict::Kind::fail) json["code"] = verdict.code;
  if (verdict.kind != Verdict::Kind::none) json["ended"] = verdict.cycle.value;
  json["timer_interrupts"] = observation.ledger.delivered(vm.number);
  if (const TrapStatistics::Vm* statistics = observation.statistics.find(vm.number)) {
    const CycleAccount::Vm& account = *observation.account.find(vm.number);
    json["guest_cycles"] = account.guest;
    json["hypervisor_cycles"] = account.hypervisor_cycles();
    json["world_switch_cycles"] = account.world_switch;
    json["world_switches"] = statistics->world_switches;
    json["traps"] = traps_json(statistics->traps);
  }
  return json;
}

/// Every cycle of the run once: all numbers but those of `stages` add up to `total`.
Json account_json(const ObservedPlatform& platform, const CycleAccount& account) {
  Json json;
  json["total"] = account.total();
  json["boot"] = account.boot();
  json["idle"] = account.idle();
  json["vms"] = Json::array();
  for (const CycleAccount::Vm& vm : account.vms()) {
    json["vms"].push_back({{"name", platform.find(vm.number)->name},
                           {"guest", vm.guest},
                           {"hypervisor", traps_json(vm.hypervisor)},
                           {"world_switch", vm.world_switch}});
  }
  Json stages = Json::object();
  for (std::size_t i = 0; i < stage_count; ++i) stages[stage_names[i]] = account.stages()[i];
  json["stages"] = stages;
  return json;
}

/// Cycles and traps by owner.
void add_accounts(Json& json, const LatencyObservation& observation) {
  const ObservedPlatform& platform = observation.platform;
  json["idle_cycles"] = observation.account.idle();
  json["boot_cycles"] = observation.account.boot();
  std::map<std::uint64_t, std::uint64_t> traps;
  json["vms"] = Json::array();
  for (const ObservedVm& vm : platform.vms) {
    json["vms"].push_back(vm_json(vm, observation));
    const TrapStatistics::Vm* statistics = observation.statistics.find(vm.number);
    if (statistics == nullptr) continue;
    for (const auto& [cause, count] : statistics->traps) traps[cause] += count;
  }
  json["traps"] = traps_json(traps);
  json["accounting"] = account_json(platform, observation.account);
}

void add_violations(Json& json, const Oracle& oracle) {
  json["violation_count"] = oracle.violation_count();
  json["violations"] = Json::array();
  for (const Violation& violation : oracle.violations()) {
    json["violations"].push_back({{"rule", violation.rule},
                                  {"cycle", violation.cycle.value},
                                  {"vm", violation.vm},
                                  {"text", violation.text}});
  }
}

Json input_json(const RunInput& input) { return {{"path", input.path}, {"sha256", input.sha256}}; }

Json exit_json(const RunResult& result) {
  Json json = {{"code", static_cast<int>(result.exit)}, {"reason", result.reason}};
  if (!result.message.empty()) json["message"] = result.message;
  if (result.tohost) json["tohost"] = *result.tohost;
  return json;
}

}  // namespace

std::string stats_json(const RunData& run) {
  const ObservedPlatform& platform = run.description.platform;
  const RunResult& result = run.result;
  Json json;
  json["scenario"] = run.description.scenario;
  json["strategy"] = platform.arrangement.strategy;
  json["exit"] = exit_json(result);
  json["cycles"] = result.cycles.value;
  json["instructions"] = result.instructions;
  if (run.observed == Observe::all) json["events"] = result.events;
  json["clock_hz"] = platform.clock_hz;
  if (run.observed >= Observe::latency) add_accounts(json, run.observation);
  for (const TypedInput& typed : result.typed) {
    Json input = {{"vm", typed.vm}, {"steps", typed.steps}, {"done", typed.done}};
    if (!typed.waiting_at.empty()) input["waiting_at"] = typed.waiting_at;
    json["uart_input"].push_back(std::move(input));
  }
  for (const GuestNote& note : run.observation.notes()) {
    json["notes"].push_back({{"vm", note.vm}, {"text", note.text}});
  }
  if (const Oracle* oracle = run.observation.checked_by()) add_violations(json, *oracle);
  return json.dump(2) + "\n";
}

std::string manifest_json(const RunData& run, const std::map<std::string, std::string>& results) {
  Json json;
  json["command"] = run.description.command;
  json["version"] = run.description.version;
  json["inputs"] = Json::array();
  for (const RunInput& input : run.description.inputs) json["inputs"].push_back(input_json(input));
  if (run.result.altered) json["altered"] = "a debugger wrote registers or memory";
  if (run.observed == Observe::all) {
    json["digest"] = run.result.digest;
    json["events"] = run.result.events;
  }
  json["results"] = results;
  return json.dump(2) + "\n";
}

std::string reference_stats_json(const PipelineSettings& timing, const RunResult& result) {
  Json json;
  json["platform"] = "reference";
  Scenario settings;
  settings.timing = timing;
  for (const Setting<Scenario>& setting : scenario_settings()) {
    if (setting.key.rfind("timing.", 0) != 0) continue;
    json["settings"][std::string(setting.key)] = setting_text(setting, settings);
  }
  json["exit"] = exit_json(result);
  json["cycles"] = result.cycles.value;
  json["instructions"] = result.instructions;
  return json.dump(2) + "\n";
}

std::string reference_manifest_json(const std::vector<std::string>& command,
                                    const std::string& program,
                                    const std::map<std::string, std::string>& results) {
  Json json;
  json["command"] = command;
  json["version"] = version_text;
  json["inputs"] = Json::array({input_json({program, sha256(read_file(program, program))})});
  json["results"] = results;
  return json.dump(2) + "\n";
}

}  // namespace cyclevisor
