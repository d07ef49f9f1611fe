#include "platform/report/html/report_model.hpp"

#include <algorithm>

#include "platform/observe/latency/trap_statistics.hpp"
#include "platform/report/html/lateness_model.hpp"
#include "platform/report/html/report_page.hpp"
#include "platform/report/html/text.hpp"

namespace cyclevisor::html {
namespace {

std::string verdict_text(const Verdict& verdict) {
  switch (verdict.kind) {
    case Verdict::Kind::none:
      return "did not end";
    case Verdict::Kind::pass:
      return "pass";
    case Verdict::Kind::fail:
      return "fail with code " + std::to_string(verdict.code);
    case Verdict::Kind::reset:
      return "reset";
  }
  return {};
}

/// A part of the delivery, worded to follow a number of cycles.
std::string delivery_text(std::size_t part) {
  if (part == static_cast<std::size_t>(DeliveryPart::guest)) return "the guest's own code";
  if (part == static_cast<std::size_t>(DeliveryPart::others)) return "other guests' code";
  return delivery_part_name(part);
}

ReportModel::Sample sample_of(const ObservedPlatform& platform, const LatencySample& from) {
  ReportModel::Sample sample;
  sample.vm = from.vm;
  sample.deadline = from.deadline.value;
  sample.phases = from.phases;
  sample.latency = from.latency();
  sample.total = from.total;
  for (std::size_t part = 0; part < delivery_part_count; ++part) {
    if (from.delivery[part] == 0) continue;
    sample.delivery.emplace_back(delivery_text(part), from.delivery[part]);
  }
  sample.waits = named_waits(platform, from.waits, from.ran);
  return sample;
}

/// The first sample of the VM with this latency.
ReportModel::Sample with_latency(const std::vector<ReportModel::Sample>& samples, unsigned vm,
                                 std::uint64_t latency) {
  for (const ReportModel::Sample& sample : samples) {
    if (sample.vm == vm && sample.latency == latency) return sample;
  }
  return {};
}

ReportModel::Vm vm_of(const ObservedVm& from, const LatencyObservation& observation,
                      const std::vector<ReportModel::Sample>& samples) {
  ReportModel::Vm vm;
  vm.number = from.number;
  vm.name = from.name;
  vm.verdict = verdict_text(observation.watch.verdict(from.number));
  vm.ticks = observation.ledger.delivered(from.number);
  std::vector<std::uint64_t> latencies;
  for (const ReportModel::Sample& sample : samples) {
    if (sample.vm == from.number) latencies.push_back(sample.latency);
  }
  vm.latency = distribution(latencies);
  if (!latencies.empty()) {
    for (const std::uint64_t latency : {vm.latency.median, vm.latency.p99, vm.latency.max}) {
      vm.typical.push_back(with_latency(samples, from.number, latency));
    }
  }
  if (const TrapStatistics::Vm* counts = observation.statistics.find(from.number)) {
    for (const auto& [cause, count] : counts->traps) {
      vm.traps.emplace_back(cause_name(cause), count);
    }
  }
  explain(observation.platform, observation.ledger, vm);
  vm.undelivered = undelivered_of(observation.platform, observation.ledger, from.number);
  return vm;
}

std::string monitor_of(const ObservedPlatform& platform) {
  switch (platform.arrangement.monitor) {
    case Monitor::none:
      return {};
    case Monitor::firmware:
      return "firmware";
    case Monitor::hypervisor:
      return "hypervisor";
  }
  return {};
}

/// In the order in which they are drawn: a guest's own code, the hypervisor on its behalf by trap
/// cause (most cycles first), the switches to it; then the next guest.
std::vector<ReportModel::Owner> owners_of(const LatencyObservation& observation,
                                          const std::string& monitor) {
  using Kind = ReportModel::Owner::Kind;
  std::vector<ReportModel::Owner> owners;
  for (const ObservedVm& vm : observation.platform.vms) {
    const CycleAccount::Vm* cycles = observation.account.find(vm.number);
    if (cycles == nullptr) continue;
    owners.push_back({Kind::guest, vm.number, vm.name + ": its own code", cycles->guest});
    if (monitor.empty()) continue;
    std::vector<ReportModel::Owner> causes;
    for (const auto& [cause, count] : cycles->hypervisor) {
      causes.push_back({Kind::hypervisor, vm.number,
                        vm.name + ": " + monitor + ", " + cause_name(cause), count});
    }
    std::stable_sort(causes.begin(), causes.end(),
                     [](const auto& a, const auto& b) { return a.cycles > b.cycles; });
    owners.insert(owners.end(), causes.begin(), causes.end());
    owners.push_back(
        {Kind::world_switch, vm.number, vm.name + ": world switches to it", cycles->world_switch});
  }
  owners.push_back({Kind::boot, 0, "boot", observation.account.boot()});
  owners.push_back({Kind::idle, 0, "idle (WFI)", observation.account.idle()});
  return owners;
}

/// The words of the command without the options that wave_command() sets itself.
std::vector<std::string> without_outputs(const std::vector<std::string>& command) {
  static const std::vector<std::string> ours = {"--wave", "--wave-window", "--wave-trigger",
                                                "--max-cycles", "--outdir"};
  std::vector<std::string> words;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const std::string& word = command[i];
    bool drop = word == "--record" || word == "--coverage" || word.rfind("--gdb", 0) == 0;
    for (const std::string& option : ours) {
      if (word == option) {
        drop = true;
        ++i;  // and its value
        break;
      }
      drop = drop || word.rfind(option + "=", 0) == 0;
    }
    if (!drop) words.push_back(word);
  }
  return words;
}

}  // namespace

const ReportModel::Vm* ReportModel::find(unsigned number) const {
  for (const Vm& vm : vms) {
    if (vm.number == number) return &vm;
  }
  return nullptr;
}

ReportModel report_model(const RunData& run) {
  const LatencyObservation& observation = run.observation;
  ReportModel model;
  model.scenario = run.description.scenario;
  model.strategy = observation.platform.arrangement.strategy;
  model.monitor = monitor_of(observation.platform);
  model.clock_hz = observation.platform.clock_hz;
  model.timebase_hz = observation.platform.timebase_hz;
  model.pass = run.result.exit == ExitCode::pass;
  model.reason = run.result.reason;
  model.message = run.result.message;
  model.cycles = run.result.cycles.value;
  model.instructions = run.result.instructions;
  for (const LatencySample& sample : observation.ledger.samples()) {
    model.samples.push_back(sample_of(observation.platform, sample));
  }
  std::stable_sort(model.samples.begin(), model.samples.end(),
                   [](const auto& a, const auto& b) { return a.deadline < b.deadline; });
  model.worst = model.samples;
  std::stable_sort(model.worst.begin(), model.worst.end(),
                   [](const auto& a, const auto& b) { return a.latency > b.latency; });
  if (model.worst.size() > ReportModel::worst_count) model.worst.resize(ReportModel::worst_count);
  for (const ObservedVm& vm : observation.platform.vms) {
    model.vms.push_back(vm_of(vm, observation, model.samples));
  }
  model.owners = owners_of(observation, model.monitor);
  const Oracle& oracle = *observation.checked_by();
  model.violation_count = oracle.violation_count();
  for (const Violation& violation : oracle.violations()) {
    const ObservedVm* vm = observation.platform.find(violation.vm);
    model.violations.push_back(
        {violation.cycle.value, vm == nullptr ? "" : vm->name, violation.rule, violation.text});
  }
  for (const GuestNote& note : observation.notes()) {
    const ObservedVm* vm = observation.platform.find(note.vm);
    model.notes.push_back((vm == nullptr ? "" : vm->name + ": ") + note.text);
  }
  model.command = run.description.command;
  model.version = run.description.version;
  model.digest = run.result.digest;
  model.events = run.result.events;
  model.configuration = run.description.configuration;
  for (const RunInput& input : run.description.inputs) {
    model.inputs.emplace_back(input.path, input.sha256);
  }
  return model;
}

std::string wave_command(const ReportModel& model, const ReportModel::Sample& sample) {
  constexpr std::uint64_t before = 2000;
  constexpr std::uint64_t after = 2000;
  const std::uint64_t first = sample.deadline - std::min(before, sample.deadline);
  const std::uint64_t last = sample.deadline + sample.total + after;
  std::string command;
  for (const std::string& word : without_outputs(model.command)) {
    command += (command.empty() ? "" : " ") + shell_quote(word);
  }
  if (command.empty()) return {};
  // The run can end after the window.
  return command + " --wave fst --wave-window " + std::to_string(first) + ":" +
         std::to_string(last) + " --max-cycles " + std::to_string(last + 1) +
         " --outdir wave; gtkwave wave/latency.gtkw";
}

}  // namespace cyclevisor::html
