#include "platform/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/configuration_error.hpp"
#include "platform/base/exit_code.hpp"
#include "platform/base/version.hpp"
#include "platform/cli/presentation_options.hpp"
#include "platform/cli/timing_options.hpp"
#include "platform/cli/wave_window_option.hpp"
#include "platform/run/compare.hpp"
#include "platform/run/recorded_run.hpp"
#include "platform/run/reference_run.hpp"
#include "platform/run/simulation.hpp"
#include "platform/scenario/scenario_reader.hpp"
#include "platform/scenario/settings.hpp"

namespace cyclevisor {
namespace {

/// The debugger options of CommonOptions.
struct DebuggerOptions {
  std::string port;  ///< empty: no debugger; "true": no port given
  bool wait = false;

  void add_to(CLI::App& app) {
    app.add_flag("--gdb", port, "Let GDB connect to this loopback port (docs/debugging.md)")
        ->type_name("[=PORT]");
    app.add_flag("--gdb-wait", wait, "The same; do not start before GDB is there");
  }

  std::optional<DebuggerRequest> request() const {
    if (port.empty() && !wait) return std::nullopt;
    DebuggerRequest request;
    if (!port.empty() && port != "true") {
      const char* end = port.data() + port.size();
      const auto [rest, error] = std::from_chars(port.data(), end, request.port);
      if (error != std::errc() || rest != end) {
        throw ConfigurationError("--gdb=" + port, "a port is a number from 0 (any) to 65535");
      }
    }
    if (wait) request.start = DebuggerRequest::Start::when_connected;
    return request;
  }
};

/// Empty if the text is valid, else what is wrong with it.
std::string number_of_cycles(const std::string& text) {
  std::uint64_t cycles = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, cycles);
  if (error == std::errc() && rest == end && cycles != 0) return {};
  return "'" + text + "' is no number of cycles: give an integer from 1";
}

/// Adds `vm.NAME.KEY=VALUE` for each argument NAME:VALUE of `option`.
void append_vm_settings(std::vector<Override>& all, const std::string& option,
                        const std::vector<std::string>& arguments, const std::string& key) {
  for (const std::string& argument : arguments) {
    const std::size_t colon = argument.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == argument.size()) {
      throw ConfigurationError(option + " " + argument,
                               "is written as the VM's name, ':' and what it is for");
    }
    all.emplace_back(option + " " + argument, "vm." + argument.substr(0, colon) + "." + key + "=" +
                                                  argument.substr(colon + 1));
  }
}

/// Options that `run` and `exec` share. Most are short forms of a setting.
struct CommonOptions {
  std::vector<std::string> settings;
  std::string outdir = "out";
  std::string wave;
  std::string wave_window;
  std::string wave_trigger;
  std::string sync;
  std::string isa;
  std::string firmware;
  std::uint64_t max_cycles = 0;
  std::vector<std::string> uart_input;
  std::vector<std::string> uart_script;
  std::string commit_log;
  std::string trace_log;
  bool coverage = false;
  bool record = false;
  std::string observe = "all";
  DebuggerOptions debugger;
  PresentationOptions presentation;

  void add_to(CLI::App& app) {
    app.add_option("--set", settings, "Override a setting of the scenario (docs/scenarios.md)")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    app.add_option("--outdir", outdir, "Folder for the results")->capture_default_str();
    app.add_option("--wave", wave, "Wave file: none, fst or vcd")->type_name("FORMAT");
    app.add_option("--wave-window", wave_window,
                   "First and last cycle of the waves; without END to the end of the run")
        ->type_name("START:[END]");
    app.add_option("--wave-trigger", wave_trigger,
                   "The window counts from the first irq, trap or vm-switch (waves/README.md)")
        ->type_name("EVENT");
    app.add_option("--sync", sync, "Who clocks the RTL: fast or lockstep")->type_name("MODE");
    app.add_option("--max-cycles", max_cycles, "End with exit code 3 at this cycle")
        ->type_name("N")
        ->check(number_of_cycles);
    app.add_option("--uart-input", uart_input, "Type TEXT into a VM's UART (docs/uart-input.md)")
        ->type_name("VM:TEXT")
        ->allow_extra_args(false);
    app.add_option("--uart-script", uart_script, "Type into a VM's UART what a script says")
        ->type_name("VM:FILE")
        ->allow_extra_args(false);
    app.add_option("--log-commits", commit_log, "Write every retired instruction as Spike does")
        ->type_name("FILE");
    app.add_option("--trace", trace_log, "Write a readable trace with symbols")->type_name("FILE");
    app.add_flag("--coverage", coverage, "Write coverage.info for lcov (docs/coverage.md)");
    app.add_flag("--record", record, "Write run.events (docs/event-stream.md)");
    app.add_option("--observe", observe,
                   "What is derived from the run: all; latency: only that; none: how it ends")
        ->check(CLI::IsMember({"all", "latency", "none"}))
        ->capture_default_str();
    debugger.add_to(app);
    presentation.add_to(app);
  }

  std::vector<Override> overrides() const {
    std::vector<Override> all(settings.begin(), settings.end());
    const auto append = [&all](const char* option, const std::string& value, const char* key) {
      if (value.empty()) return;
      all.emplace_back(std::string(option) + " " + value, std::string(key) + "=" + value);
    };
    append("--wave", wave, "run.wave");
    if (!wave_window.empty()) {
      const std::size_t colon = wave_window.find(':');
      if (colon == std::string::npos) {
        throw ConfigurationError("--wave-window " + wave_window, "a window is written START:END");
      }
      const std::string option = "--wave-window " + wave_window;
      all.emplace_back(option, "run.wave_first=" + wave_window.substr(0, colon));
      const std::string last = wave_window.substr(colon + 1);
      all.emplace_back(option, "run.wave_last=" + (last.empty() ? "0" : last));
    }
    append("--wave-trigger", wave_trigger, "run.wave_trigger");
    append("--sync", sync, "platform.sync");
    append("--isa", isa, "platform.isa");
    append_vm_settings(all, "--uart-input", uart_input, "uart_input");
    append_vm_settings(all, "--uart-script", uart_script, "uart_script");
    append("--firmware", firmware, "platform.firmware");
    append("--max-cycles", max_cycles == 0 ? "" : std::to_string(max_cycles), "run.max_cycles");
    return all;
  }

  RunRequest request() const {
    RunRequest request;
    request.outdir = outdir;
    if (!commit_log.empty()) request.outputs.commit_log = commit_log;
    if (!trace_log.empty()) request.outputs.trace_log = trace_log;
    if (record) request.outputs.record = OutputRequest::Record::yes;
    request.presentation = presentation.choice();
    if (coverage) request.coverage = RunRequest::Coverage::on;
    request.debugger = debugger.request();
    if (observe != "all") {
      request.outputs.observe = observe == "latency" ? Observe::latency : Observe::none;
    }
    return request;
  }
};

/// Options of `exec` only.
struct ExecOptions {
  std::string platform = "virt";
  std::string predictor;
  std::string engine;
  std::string timing_trace;

  void add_to(CLI::App& app) {
    app.add_option("--platform", platform,
                   "virt, or reference: the stepped pipeline (docs/timing-reference.md)")
        ->check(CLI::IsMember({"virt", "reference"}))
        ->capture_default_str();
    app.add_option("--predictor", predictor, "Of the reference platform: none (default) or gshare")
        ->check(CLI::IsMember({"none", "gshare"}));
    app.add_option("--engine", engine, "Of the reference platform: stepped (default) or fast")
        ->check(CLI::IsMember(engine_names()));
    app.add_option("--timing-trace", timing_trace,
                   "Reference platform: write the cycle of every instruction")
        ->type_name("FILE");
  }
};

void take_wave_settings(RunRequest& request) {
  const Scenario& scenario = request.scenario;
  request.outputs.wave = scenario.wave;
  WaveWindow& window = request.outputs.wave_window;
  window.trigger = scenario.wave_trigger;
  window.first = Cycle(scenario.wave_first);
  if (scenario.wave_last != 0) window.last = Cycle(scenario.wave_last);
}

/// Results that need what `--observe` leaves out are refused.
void check_observed(const RunRequest& request) {
  const OutputRequest& outputs = request.outputs;
  if (outputs.observe == Observe::all) return;
  const auto needs_all = [](const char* option) {
    throw ConfigurationError(option, "needs all that is observed: leave out --observe");
  };
  if (outputs.wave != WaveChoice::none) needs_all("--wave");
  if (outputs.record == OutputRequest::Record::yes) needs_all("--record");
  if (request.coverage == RunRequest::Coverage::on) needs_all("--coverage");
  if (request.debugger) needs_all("--gdb");
  if (request.presentation.perfetto_window) needs_all("--perfetto-window");
  if (outputs.observe == Observe::latency) return;
  if (request.presentation.histogram_unit) needs_all("--histogram-unit");
  if (request.presentation.histogram_rows) needs_all("--histogram-rows");
}

ExitCode run_command(RunRequest request, const std::string& argument,
                     const std::vector<Override>& overrides) {
  request.scenario = read_scenario(argument, overrides);
  request.scenario_file = {argument, find_scenario(argument)};
  take_wave_settings(request);
  check_observed(request);
  return simulate(request);
}

ExitCode exec_command(RunRequest request, const std::string& program,
                      const std::vector<Override>& overrides) {
  request.scenario = bare_scenario(program, overrides);
  take_wave_settings(request);
  check_observed(request);
  request.outputs.terminal = OutputRequest::Terminal::console;
  return simulate(request);
}

/// Options of `report`.
struct ReportOptions {
  std::string recorded;
  std::string outdir;
  std::string commit_log;
  std::string trace_log;
  std::string wave = "none";
  std::string wave_window;
  std::string wave_trigger;
  std::string sinks;
  PresentationOptions presentation;
  bool coverage = false;

  void add_to(CLI::App& app) {
    app.add_option("DIR", recorded, "Output folder of a run with --record")->required();
    app.add_option("--outdir", outdir, "Folder for the results; DIR if not given");
    app.add_option("--log-commits", commit_log, "Write every retired instruction as Spike does")
        ->type_name("FILE");
    app.add_option("--trace", trace_log, "Write a readable trace with symbols")->type_name("FILE");
    app.add_option("--wave", wave, "Wave file: none, fst or vcd")
        ->check(CLI::IsMember({"none", "fst", "vcd"}));
    app.add_option("--wave-window", wave_window, "First and last cycle of the waves, as for run")
        ->type_name("START:[END]");
    app.add_option("--wave-trigger", wave_trigger, "What the window counts from, as for run")
        ->type_name("EVENT");
    app.add_option("--sinks", sinks, "Show the events to the [[sink]]s of this scenario, too")
        ->type_name("SCENARIO");
    presentation.add_to(app);
    app.add_flag("--coverage", coverage, "Write coverage.info; needs the programs that were run");
  }

  ReportRequest request() const {
    ReportRequest request;
    request.recorded = recorded;
    request.outdir = outdir.empty() ? recorded : outdir;
    if (!commit_log.empty()) request.outputs.commit_log = commit_log;
    if (!trace_log.empty()) request.outputs.trace_log = trace_log;
    if (wave == "fst") request.outputs.wave = WaveChoice::fst;
    if (wave == "vcd") request.outputs.wave = WaveChoice::vcd;
    request.outputs.wave_window = parse_wave_window(wave_window, wave_trigger);
    if (request.outputs.wave == WaveChoice::none && !(wave_window + wave_trigger).empty()) {
      throw ConfigurationError(wave_window.empty() ? "--wave-trigger" : "--wave-window",
                               "there are no waves: give --wave fst or --wave vcd, too");
    }
    if (!sinks.empty()) request.sinks = read_scenario_sinks(sinks);
    request.presentation = presentation.choice();
    if (coverage) request.coverage = ReportRequest::Coverage::on;
    return request;
  }
};

void refuse(const char* option, const std::string& platform) {
  throw ConfigurationError(option, "has no meaning on --platform " + platform);
}

ExitCode exec_on_reference(const std::string& program, const CommonOptions& common,
                           const ExecOptions& exec, std::vector<std::string> command) {
  if (!common.wave.empty() && common.wave != "none") refuse("--wave", exec.platform);
  if (!common.wave_window.empty()) refuse("--wave-window", exec.platform);
  if (!common.wave_trigger.empty()) refuse("--wave-trigger", exec.platform);
  if (!common.sync.empty()) refuse("--sync", exec.platform);
  if (!common.isa.empty()) refuse("--isa", exec.platform);
  if (!common.uart_input.empty()) refuse("--uart-input", exec.platform);
  if (!common.uart_script.empty()) refuse("--uart-script", exec.platform);
  if (!common.firmware.empty()) refuse("--firmware", exec.platform);
  if (!common.commit_log.empty()) refuse("--log-commits", exec.platform);
  if (!common.trace_log.empty()) refuse("--trace", exec.platform);
  if (common.coverage) refuse("--coverage", exec.platform);
  if (common.record) refuse("--record", exec.platform);
  if (common.observe != "all") refuse("--observe", exec.platform);
  if (common.debugger.wait) refuse("--gdb-wait", exec.platform);
  if (!common.debugger.port.empty()) refuse("--gdb", exec.platform);
  if (const char* given = common.presentation.given()) refuse(given, exec.platform);
  ReferenceRequest request;
  request.program = program;
  std::vector<std::string> assignments = common.settings;
  if (!exec.predictor.empty()) assignments.push_back("timing.predictor=" + exec.predictor);
  request.timing = timing_options(assignments);
  request.engine = engine_option(exec.engine);
  request.max_cycles = common.max_cycles;
  request.outdir = common.outdir;
  if (!exec.timing_trace.empty()) request.timing_trace = exec.timing_trace;
  request.command = std::move(command);
  return run_reference(request);
}

int parse_and_run(int argc, const char* const* argv) {
  CLI::App app(
      "Cycle-accurate co-simulation of a RISC-V platform and the hypervisor that runs on it.",
      "cyclevisor");
  app.set_version_flag("--version", std::string("cyclevisor ") + version_text);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 pass, 1 a guest failed, 2 usage or configuration, 3 cycle limit,\n"
      "4 unhandled fault or deadlock, 5 a bound was violated, 70 internal error.");

  CommonOptions run_options;
  std::string scenario;
  CLI::App* run = app.add_subcommand("run", "Run a scenario");
  run->add_option("SCENARIO", scenario, "TOML file, or the name of a scenario that comes along")
      ->required();
  run_options.add_to(*run);

  CommonOptions exec_options;
  std::string program;
  CLI::App* exec = app.add_subcommand(
      "exec", "Run one program on the bare platform; it ends by the finisher or tohost");
  exec->add_option("PROGRAM", program, "RV64 ELF executable for 0x80000000")->required();
  exec_options.add_to(*exec);
  ExecOptions only_exec;
  only_exec.add_to(*exec);
  exec->add_option("--isa", exec_options.isa, "ISA string of the hart")->type_name("ISA");
  exec->add_option("--firmware", exec_options.firmware,
                   "M-mode firmware, such as OpenSBI's, that starts PROGRAM in S-mode")
      ->type_name("FILE");

  ReportOptions report_options;
  CLI::App* report = app.add_subcommand(
      "report", "Write the results of a recorded run again (docs/event-stream.md)");
  report_options.add_to(*report);

  std::string compared_a;
  std::string compared_b;
  CLI::App* compare = app.add_subcommand(
      "compare", "Say whether two runs are identical: 0 yes, 1 no, and where they begin to differ");
  compare->add_option("A", compared_a, "Output folder of a run")->required();
  compare->add_option("B", compared_b, "Output folder of another")->required();

  CLI::App* settings =
      app.add_subcommand("settings", "Print every setting of a scenario (docs/scenarios.md)");

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::cerr << "cyclevisor: " << error.what() << "\nRun with --help for more information.\n";
    return static_cast<int>(ExitCode::usage);
  }

  if (settings->parsed()) {
    std::cout << settings_document();
    return static_cast<int>(ExitCode::pass);
  }
  if (compare->parsed()) {
    const Comparison found = compare_runs(compared_a, compared_b, std::cout);
    return static_cast<int>(found == Comparison::identical ? ExitCode::pass
                                                           : ExitCode::guest_failed);
  }
  if (report->parsed()) return static_cast<int>(report_recorded(report_options.request()));
  const CommonOptions& options = run->parsed() ? run_options : exec_options;
  RunRequest request = options.request();
  request.command.emplace_back("cyclevisor");
  request.command.insert(request.command.end(), argv + 1, argv + argc);
  if (only_exec.platform == "reference") {
    return static_cast<int>(
        exec_on_reference(program, exec_options, only_exec, std::move(request.command)));
  }
  if (!only_exec.predictor.empty()) refuse("--predictor", only_exec.platform);
  if (!only_exec.engine.empty()) refuse("--engine", only_exec.platform);
  if (!only_exec.timing_trace.empty()) refuse("--timing-trace", only_exec.platform);
  const ExitCode code = run->parsed() ? run_command(request, scenario, options.overrides())
                                      : exec_command(request, program, options.overrides());
  return static_cast<int>(code);
}

}  // namespace

int command_line(int argc, const char* const* argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const ConfigurationError& error) {
    std::cerr << "cyclevisor: " << error.what() << "\n";
    return static_cast<int>(ExitCode::usage);
  } catch (const RecordingError& error) {
    std::cerr << "cyclevisor: " << error.what() << "\n";
    return static_cast<int>(ExitCode::usage);
  } catch (const std::exception& error) {
    std::cerr << "cyclevisor: internal error: " << error.what() << "\n";
  } catch (...) {
    std::cerr << "cyclevisor: internal error\n";
  }
  return static_cast<int>(ExitCode::internal_error);
}

}  // namespace cyclevisor
