#include "platform/simulation.hpp"

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "models/hart/commit_log.hpp"
#include "models/hart/trace_log.hpp"
#include "models/probe/digest.hpp"
#include "platform/boot.hpp"
#include "platform/configuration_error.hpp"
#include "platform/htif.hpp"
#include "platform/observe/observation.hpp"
#include "platform/observe/table.hpp"
#include "platform/observe/wave_writer.hpp"
#include "platform/report.hpp"
#include "platform/run_coverage.hpp"
#include "platform/scenario_reader.hpp"
#include "platform/settings.hpp"
#include "platform/soc.hpp"

namespace cyclevisor {
namespace {

/// Everything that lives as long as one run.
class Simulation {
 public:
  explicit Simulation(const RunRequest& request)
      : request_(request),
        plan_(plan_boot(request.scenario)),
        folder_(request.outdir),
        consoles_(folder_, console_names(request.scenario),
                  request.terminal == RunRequest::Terminal::console
                      ? ConsoleLogs::Echo::standard_output
                      : ConsoleLogs::Echo::none),
        observation_(plan_.observed),
        soc_("soc", soc_config(request.scenario), events_,
             [this](unsigned uart, std::uint8_t character) { consoles_.put(uart, character); }) {
    events_.attach(digest_);
    observation_.attach(events_);
    attach_waves();
    attach_logs();
    attach_coverage();
    load();
  }

  ExitCode run() {
    folder_.write("config.resolved.toml", resolved_toml(request_.scenario));
    sc_core::sc_start();
    const Cycle end = soc_.cpu().hart().now();
    if (soc_.cpu().end() != Cpu::End::failure) soc_.timer().advance_to(end);
    observation_.finish(end);
    if (waves_) waves_->finish(end);
    consoles_.flush();
    const RunResult result = judge(end);
    write_reports(result);
    soc_.cpu().rethrow_failure();
    show(result);
    return result.exit;
  }

 private:
  static std::vector<std::string> console_names(const Scenario& scenario) {
    std::vector<std::string> names;
    if (scenario.strategy == Strategy::trap) names.emplace_back("hypervisor");
    for (const ScenarioVm& vm : scenario.vms) names.push_back(vm.name);
    return names;
  }

  static SocConfig soc_config(const Scenario& scenario) {
    SocConfig config;
    config.hart.extensions = parse_isa_string(scenario.isa);
    config.clock_hz = scenario.clock_hz;
    config.prescale = scenario.prescale();
    config.dram_bytes = scenario.dram_bytes;
    config.uarts = static_cast<unsigned>(console_names(scenario).size());
    config.sync = scenario.sync;
    if (scenario.max_cycles != 0) config.limit = Cycle(scenario.max_cycles);
    config.wave_format = scenario.wave == WaveChoice::vcd ? WaveFormat::vcd : WaveFormat::fst;
    return config;
  }

  void attach_waves() {
    if (request_.scenario.wave == WaveChoice::none) return;
    const WaveFormat format =
        request_.scenario.wave == WaveChoice::vcd ? WaveFormat::vcd : WaveFormat::fst;
    waves_ =
        std::make_unique<WaveWriter>(plan_.observed, soc_.timer().rtl(), format, folder_.path());
    events_.attach(*waves_);
  }

  void attach_logs() {
    const auto open = [](std::ofstream& file, const char* option,
                         const std::filesystem::path& path) {
      file.open(path, std::ios::binary);
      if (!file) {
        throw ConfigurationError(std::string(option) + " " + path.string(), "cannot be written");
      }
    };
    if (request_.commit_log) {
      open(commit_file_, "--log-commits", *request_.commit_log);
      commit_log_ = std::make_unique<CommitLog>(commit_file_);
      events_.attach(*commit_log_);
    }
    if (request_.trace_log) {
      open(trace_file_, "--trace", *request_.trace_log);
      trace_log_ =
          std::make_unique<TraceLog>(trace_file_, [this](VirtualAddress address, unsigned vm) {
            return vm < plan_.symbols.size() ? plan_.symbols[vm].describe(address.value)
                                             : std::string();
          });
      events_.attach(*trace_log_);
    }
  }

  void attach_coverage() {
    if (request_.coverage == RunRequest::Coverage::off) return;
    coverage_ = make_coverage(request_.scenario, plan_.observed, observation_.watch);
    events_.attach(*coverage_);
  }

  void load() {
    std::byte* dram = soc_.dram().data();
    for (const BootBlob& blob : plan_.blobs) {
      std::memcpy(dram + (blob.address - dram_base), blob.bytes.data(), blob.bytes.size());
    }
    soc_.cpu().hart().reset(VirtualAddress(plan_.entry), 0, plan_.device_tree);
    if (!plan_.tohost) return;
    std::optional<std::uint64_t> fromhost;
    if (plan_.fromhost) fromhost = *plan_.fromhost - dram_base;
    htif_ = std::make_unique<Htif>(
        soc_.dram(), *plan_.tohost - dram_base, fromhost,
        [this](std::uint8_t character) { consoles_.put(0, character); },
        [this](std::uint64_t code) {
          if (!tohost_) tohost_ = code;
          soc_.cpu().stop();
        });
  }

  RunResult judge(Cycle end) const {
    RunResult result;
    result.cycles = end;
    result.instructions = soc_.cpu().hart().instructions_retired();
    result.events = digest_.events();
    result.digest = digest_.hex();
    result.tohost = tohost_;
    judge_end(result);
    const bool fatal = result.exit == ExitCode::fault || result.exit == ExitCode::internal_error;
    if (!fatal && observation_.oracle.violation_count() != 0) {
      const Violation& first = observation_.oracle.violations().front();
      result.exit = ExitCode::bound_violated;
      result.reason = "bound violated";
      result.message = fmt::format("cycle {}, VM {}: {}: {}", first.cycle.value, first.vm,
                                   first.rule, first.text);
    }
    return result;
  }

  /// The part of the verdict that the end of the simulation decides.
  void judge_end(RunResult& result) const {
    const auto set = [&result](ExitCode exit, const char* reason, std::string message) {
      result.exit = exit;
      result.reason = reason;
      result.message = std::move(message);
    };
    const Hart& hart = soc_.cpu().hart();
    if (soc_.cpu().end() == Cpu::End::failure) {
      set(ExitCode::internal_error, "internal error", "");
    } else if (const auto& trap = soc_.trap_loop()) {
      set(ExitCode::fault, "unhandled fault",
          fmt::format("cycle {}: the trap handler at {:#x} traps itself: {} with mtval {:#x}",
                      trap->cycle.value, trap->vector.value, cause_name(trap->cause), trap->tval));
    } else if (soc_.cpu().end() == Cpu::End::deadlock) {
      set(ExitCode::fault, "deadlock",
          fmt::format("cycle {}: the hart waits in WFI at {:#x} and nothing will ever wake it",
                      hart.now().value, hart.pc().value));
    } else if (soc_.cpu().end() == Cpu::End::cycle_limit) {
      set(ExitCode::cycle_limit, "cycle limit",
          fmt::format("not finished after {} cycles", request_.scenario.max_cycles));
    } else if (tohost_) {
      if (*tohost_ == 0) {
        set(ExitCode::pass, "pass", "");
      } else {
        set(ExitCode::guest_failed, "guest failed", fmt::format("test {} failed", *tohost_));
      }
    } else {
      judge_finisher(result);
    }
  }

  void judge_finisher(RunResult& result) const {
    result.exit = ExitCode::pass;
    result.reason = "pass";
    const auto& request = soc_.finished();
    if (request && request->kind == FinisherRequest::Kind::pass) return;
    result.exit = ExitCode::guest_failed;
    result.reason = "guest failed";
    if (request && request->kind == FinisherRequest::Kind::reset) {
      result.message = "a reset was asked for";
      return;
    }
    for (const ObservedVm& vm : plan_.observed.vms) {
      const Verdict& verdict = observation_.watch.verdict(vm.number);
      if (verdict.kind != Verdict::Kind::fail) continue;
      result.message = fmt::format("cycle {}: '{}' ended with code {}", verdict.cycle.value,
                                   vm.name, verdict.code);
      return;
    }
    if (request) result.message = fmt::format("ended with code {}", request->code);
  }

  void write_reports(const RunResult& result) const {
    std::ostringstream latency;
    observation_.ledger.write_json(latency);
    folder_.write("latency.json", latency.str());
    folder_.write("stats.json", stats_json(request_, result, observation_));
    folder_.write("manifest.json", manifest_json(request_, result));
    if (coverage_) folder_.write("coverage.info", coverage_info(*coverage_));
  }

  void show(const RunResult& result) const {
    if (request_.terminal == RunRequest::Terminal::table) {
      write_table(std::cout, plan_.observed, observation_.ledger, observation_.statistics);
      std::cout << fmt::format("\n{}: {} after {} cycles, {} instructions; digest {}\n",
                               request_.scenario.name, result.reason, result.cycles.value,
                               result.instructions, result.digest);
      std::cout << fmt::format("results: {}\n", folder_.path().string());
      if (waves_) {
        std::cout << fmt::format("waves: gtkwave {}\n", (folder_.path() / "trace.gtkw").string());
      }
    }
    std::cout.flush();
    if (!result.message.empty()) std::cerr << "cyclevisor: " << result.message << "\n";
  }

  const RunRequest& request_;
  BootPlan plan_;
  OutputFolder folder_;
  ConsoleLogs consoles_;
  EventStream events_;
  DigestSink digest_;
  Observation observation_;
  Soc soc_;
  std::unique_ptr<WaveWriter> waves_;
  std::unique_ptr<Coverage> coverage_;
  std::unique_ptr<Htif> htif_;
  std::ofstream commit_file_;
  std::unique_ptr<CommitLog> commit_log_;
  std::ofstream trace_file_;
  std::unique_ptr<TraceLog> trace_log_;
  std::optional<std::uint64_t> tohost_;
};

}  // namespace

ExitCode simulate(const RunRequest& request) { return Simulation(request).run(); }

}  // namespace cyclevisor
