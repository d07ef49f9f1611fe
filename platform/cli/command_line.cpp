#include "platform/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/configuration_error.hpp"
#include "platform/base/exit_code.hpp"
#include "platform/base/printable.hpp"
#include "platform/base/version.hpp"
#include "platform/cli/common_options.hpp"
#include "platform/cli/exec_options.hpp"
#include "platform/cli/report_options.hpp"
#include "platform/run/compare.hpp"
#include "platform/run/moments.hpp"
#include "platform/run/recorded_run.hpp"
#include "platform/run/reference_run.hpp"
#include "platform/run/simulation.hpp"
#include "platform/scenario/scenario_reader.hpp"
#include "platform/scenario/settings_text.hpp"

namespace cyclevisor {
namespace {

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
  find_moments(request);
  return simulate(request);
}

ExitCode exec_command(RunRequest request, const std::string& program,
                      const std::vector<Override>& overrides) {
  request.scenario = bare_scenario(program, overrides);
  take_wave_settings(request);
  check_observed(request);
  request.outputs.terminal = OutputRequest::Terminal::console;
  find_moments(request);
  return simulate(request);
}

/// Results and messages are UTF-8, and they hold the command.
void check_arguments(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    if (is_utf8(argv[i])) continue;
    throw ConfigurationError("argument " + std::to_string(i) + " (" + argv[i] + ")",
                             "is not UTF-8 text");
  }
}

int parse_and_run(int argc, const char* const* argv) {
  CLI::App app(
      "Cycle-accurate co-simulation of a RISC-V platform and the hypervisor that runs on it.",
      "cyclevisor");
  app.set_version_flag("--version", std::string("cyclevisor ") + version_text);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 pass, 1 a guest failed, 2 usage or configuration, 3 cycle limit,\n"
      "4 unhandled fault or deadlock, 5 the oracle found a violation, 70 internal error\n"
      "or error in a plug-in, 130 and 143 ended by SIGINT or SIGTERM (results are written).");

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
    std::cerr << "cyclevisor: " << printable(error.what(), 2000)
              << "\nRun with --help for more information.\n";
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
    ReferenceRequest reference = reference_request(program, exec_options, only_exec);
    reference.command = std::move(request.command);
    return static_cast<int>(run_reference(reference));
  }
  refuse_reference_options(only_exec);
  const ExitCode code = run->parsed() ? run_command(request, scenario, options.overrides())
                                      : exec_command(request, program, options.overrides());
  return static_cast<int>(code);
}

}  // namespace

int command_line(int argc, const char* const* argv) {
  try {
    check_arguments(argc, argv);
    const int code = parse_and_run(argc, argv);
    std::cout.flush();
    if (!std::cout) throw ConfigurationError("standard output", "cannot be written");
    return code;
  } catch (const std::bad_alloc&) {
    std::cerr << "cyclevisor: there is not enough memory for this run: platform.dram_bytes and the "
                 "VMs' memory take the most\n";
    return static_cast<int>(ExitCode::usage);
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
