#include "platform/run/simulation.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>

#include "models/base/virt_map.hpp"
#include "models/hart/csr/csr_fields.hpp"
#include "models/hart/csr/csr_number.hpp"
#include "platform/base/attempts.hpp"
#include "platform/boot/boot.hpp"
#include "platform/plugin/plugin_sinks.hpp"
#include "platform/report/recording_text.hpp"
#include "platform/run/debugger.hpp"
#include "platform/run/run_coverage.hpp"
#include "platform/run/run_description.hpp"
#include "platform/run/run_outputs.hpp"
#include "platform/scenario/scenario_reader.hpp"
#include "platform/run/run_probe.hpp"
#include "platform/run/stop_signals.hpp"
#include "platform/scenario/disk_image.hpp"
#include "platform/scenario/uart_script.hpp"
#include "platform/soc/htif.hpp"
#include "platform/soc/soc.hpp"

namespace cyclevisor {
namespace {

/// Everything that exists for the duration of one run.
class Simulation {
 public:
  explicit Simulation(const RunRequest& request)
      : request_(request),
        soc_config_(checked_soc_config(request)),
        plan_(plan_boot(request.scenario)),
        description_(describe_run(request, plan_)),
        sinks_(request.scenario.sinks, request.outdir, description_.platform),
        soc_("soc", soc_config_, events_,
             [this](unsigned uart, std::uint8_t character) { print(uart, character); }),
        listener_(listen_for_debugger(request)),
        covered_(covered_programs(request)),
        folder_(output_folder(request, description_)),
        consoles_(folder_, console_names(description_.platform),
                  request.outputs.terminal == OutputRequest::Terminal::console
                      ? ConsoleLogs::Echo::standard_output
                      : ConsoleLogs::Echo::none),
        outputs_(description_, request.outputs, folder_) {
    outputs_.attach(events_, soc_.timer().rtl());
    if (request.scenario.stuck_vm == StuckVm::stop) {
      outputs_.observation().when_stuck([this] {
        stuck_ = true;
        soc_.cpu().stop();
      });
    }
    if (request.probe != nullptr) {
      request.probe->attach(events_, outputs_.observation(), [this] { soc_.cpu().stop(); });
    }
    attach_coverage();
    sinks_.attach(events_);
    load();
    if (listener_) {
      // The debugger asks it which program runs.
      if (request.outputs.observe == Observe::none) events_.attach(outputs_.observation().watch);
      gdb_ = start_debugger(request, std::move(*listener_), folder_, soc_.cpu(), plan_.observed,
                            outputs_.observation().watch, events_);
    }
  }

  ExitCode run() {
    start();
    const Cycle end = soc_.cpu().hart().now();
    if (!failed()) soc_.timer().advance_to(end);
    const bool deadlock = soc_.cpu().end() == Cpu::End::deadlock;
    Attempts attempts;
    attempts([&] { sinks_.finish(end); });
    attempts([&] { outputs_.end(end, deadlock ? RunEnd::deadlock : RunEnd::stopped); });
    attempts([&] { consoles_.close(); });
    if (request_.probe != nullptr) request_.probe->finish();
    RunResult result = judge(end);
    outputs_.complete(result);
    attempts([&] {
      if (coverage_) folder_.write("coverage.info", coverage_info(*coverage_));
    });
    attempts([&] { write_disks(); });
    attempts([&] { outputs_.write(result); });
    if (gdb_) gdb_->finish(static_cast<int>(result.exit));
    soc_.cpu().rethrow_failure();
    if (failure_) std::rethrow_exception(failure_);
    attempts.rethrow();
    return result.exit;
  }

 private:
  static SocConfig soc_config(const RunRequest& request) {
    const Scenario& scenario = request.scenario;
    SocConfig config;
    config.hart.extensions = scenario.extensions();
    config.engine = scenario.engine;
    config.timing = scenario.timing;
    config.timing.tlb_overlap = TlbOverlap::replace;
    config.clock_hz = scenario.clock_hz;
    config.prescale = scenario.prescale();
    config.dram_bytes = scenario.dram_bytes;
    const bool hypervisor = scenario.hypervised();
    config.uarts = static_cast<unsigned>(scenario.vms.size() + (hypervisor ? 1 : 0));
    config.sync = scenario.sync;
    if (scenario.max_cycles != 0) config.limit = Cycle(scenario.max_cycles);
    config.wave_format =
        request.outputs.wave == WaveChoice::vcd ? WaveFormat::vcd : WaveFormat::fst;
    // The hypervisor's own UART comes first; nothing is typed into it.
    if (hypervisor) config.typed.emplace_back();
    for (const ScenarioVm& vm : scenario.vms) {
      config.typed.push_back(uart_steps(vm, vm.name));
      if (!vm.disk.empty()) config.disks.push_back(read_disk_image(vm.disk));
    }
    return config;
  }

  /// Reports errors in plug-ins before anything is written.
  static SocConfig checked_soc_config(const RunRequest& request) {
    SocConfig config = soc_config(request);
    for (const DeviceSection& device : request.scenario.devices) {
      config.devices.push_back({device, PluginLibrary(device)});
    }
    check_devices(config);
    return config;
  }

  static std::vector<CoveredProgram> covered_programs(const RunRequest& request) {
    if (request.coverage == RunRequest::Coverage::off) return {};
    return cyclevisor::covered_programs(request.scenario);
  }

  /// Comes after all checks of the user's inputs, since it deletes earlier results.
  static OutputFolder output_folder(const RunRequest& request,
                                    const RunDescription& description) {
    LogFilter::check(request.outputs.logs, description);
    RunOutputs::check_logs(request.outputs, request.outdir);
    return OutputFolder(request.outdir);
  }

  void start() {
    const StopSignals signals;
    soc_.cpu().stop_on(StopSignals::received());
    try {
      sc_core::sc_start();
    } catch (...) {
      failure_ = std::current_exception();  // of a device's process
    }
    events_.flush();
  }
  bool failed() const { return failure_ || soc_.cpu().end() == Cpu::End::failure; }

  /// The contents of the disks that were written to.
  void write_disks() const {
    auto disk = soc_.disks().begin();
    for (const ScenarioVm& vm : request_.scenario.vms) {
      if (vm.disk.empty()) continue;
      if (disk->written) folder_.write("disk-" + vm.name + ".img", disk->bytes);
      ++disk;
    }
  }

  void attach_coverage() {
    if (covered_.empty()) return;
    coverage_.emplace(plan_.observed, outputs_.observation().watch, std::move(covered_));
    events_.attach(*coverage_);
  }

  void print(unsigned console, std::uint8_t character) {
    consoles_.put(console, character);
    outputs_.print(console, character);
    if (request_.probe == nullptr) return;
    const std::uint64_t time = sc_core::sc_time_stamp().value();
    request_.probe->printed(console, character, Cycle(time / soc_.cpu().clock_period().value()));
  }

  void load() {
    for (const std::string& note : plan_.notes) std::cerr << "cyclevisor: note: " << note << "\n";
    std::byte* dram = soc_.dram().data();
    for (const BootBlob& blob : plan_.blobs) {
      std::memcpy(dram + (blob.address - virt::dram_base), blob.bytes.data(), blob.bytes.size());
    }
    soc_.cpu().hart().reset(VirtualAddress(plan_.entry), 0, plan_.device_tree);
    if (request_.scenario.adue) soc_.cpu().hart().set_csr(csr::menvcfg, envcfg::adue);
    constexpr unsigned a2 = 12;
    soc_.cpu().hart().set_x(a2, plan_.firmware_info);
    if (!plan_.tohost) return;
    std::optional<std::uint64_t> fromhost;
    if (plan_.fromhost) fromhost = *plan_.fromhost - virt::dram_base;
    htif_ = std::make_unique<Htif>(
        soc_.dram(), *plan_.tohost - virt::dram_base, fromhost,
        [this](std::uint8_t character) { print(0, character); },
        [this](std::uint64_t code) {
          if (!tohost_) tohost_ = code;
          soc_.cpu().stop();
        });
  }

  RunResult judge(Cycle end) const {
    RunResult result;
    result.cycles = end;
    result.instructions = soc_.cpu().hart().instructions_retired();
    result.tohost = tohost_;
    result.altered = gdb_ && gdb_->altered();
    result.deadlock = soc_.cpu().end() == Cpu::End::deadlock;
    result.typed = typed_input();
    judge_end(result);
    return result;
  }

  std::vector<TypedInput> typed_input() const {
    std::vector<TypedInput> typed;
    const std::vector<std::string> names = console_names(description_.platform);
    for (unsigned n = 0; n < names.size(); ++n) {
      const Terminal* terminal = soc_.terminal(n);
      if (terminal == nullptr) continue;
      const std::size_t done = terminal->done();
      typed.push_back({names[n], terminal->steps().size(), done, ""});
      if (done < terminal->steps().size()) {
        typed.back().waiting_at = describe_step(terminal->steps(), done);
      }
    }
    return typed;
  }

  /// How the simulation ended.
  void judge_end(RunResult& result) const {
    const auto set = [&result](ExitCode exit, const char* reason, std::string message) {
      result.exit = exit;
      result.reason = reason;
      result.message = std::move(message);
    };
    const Hart& hart = soc_.cpu().hart();
    if (failed()) {
      set(ExitCode::internal_error, "internal error", "");
    } else if (soc_.cpu().end() == Cpu::End::running) {
      set(ExitCode::internal_error, "internal error",
          fmt::format("cycle {}: a device or a sink ended the simulation (sc_stop)",
                      hart.now().value));
    } else if (const int signal = StopSignals::received()) {
      set(signal == SIGINT ? ExitCode::interrupted : ExitCode::terminated, "interrupted",
          fmt::format("cycle {}: ended by {}", hart.now().value,
                      signal == SIGINT ? "SIGINT" : "SIGTERM"));
    } else if (gdb_ && gdb_->killed()) {
      set(ExitCode::guest_failed, "killed",
          fmt::format("cycle {}: ended by the debugger", hart.now().value));
    } else if (const auto& loop = soc_.trap_loop()) {
      set(ExitCode::fault, "unhandled fault", loop_text(*loop));
    } else if (stuck_) {
      set(ExitCode::fault, "no progress", "ended because of a VM that makes no progress");
    } else if (soc_.cpu().end() == Cpu::End::deadlock) {
      set(ExitCode::fault, "deadlock",
          fmt::format("cycle {}: the hart waits in WFI at {:#x} and nothing will ever wake it{}",
                      hart.now().value, hart.pc().value, those_that_wait()));
    } else if (soc_.cpu().end() == Cpu::End::cycle_limit) {
      if (!request_.stop_at.empty()) {
        set(ExitCode::cycle_limit, "stopped",
            fmt::format("cycle {}: stopped at {}", hart.now().value, request_.stop_at));
        return;
      }
      set(ExitCode::cycle_limit, "cycle limit",
          fmt::format("not finished after {} cycles (run.max_cycles)",
                      request_.scenario.max_cycles));
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

  /// Of several guests, those that have not ended.
  std::string those_that_wait() const {
    std::string names;
    for (const ObservedVm& vm : plan_.observed.vms) {
      if (outputs_.observation().watch.verdict(vm.number).kind != Verdict::Kind::none) continue;
      names += (names.empty() ? "" : ", ") + vm.name;
    }
    return plan_.observed.vms.size() < 2 ? "" : "; the guests that wait: " + names;
  }

  static std::string loop_text(const TrapLoop& loop) {
    const Trap& trap = loop.again;
    const char* tval = trap.to == PrivilegeMode::machine ? "mtval" : "stval";
    const std::string at = trap.epc == trap.vector ? "" : fmt::format(" at {:#x}", trap.epc.value);
    std::string text = fmt::format(
        "cycle {}: the trap handler at {:#x} traps itself: {}{} with {} {:#x}", trap.cycle.value,
        trap.vector.value, cause_name(trap.cause), at, tval, trap.tval);
    const Trap& first = loop.first;
    if (first.cycle == trap.cycle) return text;
    return text + fmt::format("; the first trap was {} at {:#x} with {} {:#x}, in cycle {}",
                              cause_name(first.cause), first.epc.value, tval, first.tval,
                              first.cycle.value);
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
      const Verdict& verdict = outputs_.observation().watch.verdict(vm.number);
      if (verdict.kind != Verdict::Kind::fail) continue;
      const std::string how = verdict.code == 0 ? "as failed, without a code"
                                                : fmt::format("with code {}", verdict.code);
      result.message = fmt::format("cycle {}: '{}' ended {}", verdict.cycle.value, vm.name, how);
      return;
    }
    // A failure with code 0 is one all the same.
    if (request && request->code == 0) result.message = "ended as failed, without a code";
    if (request && request->code != 0)
      result.message = fmt::format("ended with code {}", request->code);
  }

  const RunRequest& request_;
  SocConfig soc_config_;
  BootPlan plan_;
  RunDescription description_;
  PluginSinks sinks_;
  EventStream events_;
  Soc soc_;
  std::optional<gdb::Listener> listener_;
  std::vector<CoveredProgram> covered_;
  OutputFolder folder_;
  ConsoleLogs consoles_;
  RunOutputs outputs_;
  std::optional<Coverage> coverage_;
  std::unique_ptr<Htif> htif_;
  std::unique_ptr<gdb::Server> gdb_;
  std::optional<std::uint64_t> tohost_;
  std::exception_ptr failure_;
  /// A VM made no progress, and the scenario says that this ends the run.
  bool stuck_ = false;
};

}  // namespace

ExitCode simulate(const RunRequest& request) { return Simulation(request).run(); }

}  // namespace cyclevisor
