#include "platform/cli/common_options.hpp"

#include <charconv>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {
namespace {

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

}  // namespace

void DebuggerOptions::add_to(CLI::App& app) {
  app.add_flag("--gdb", port, "Let GDB connect to this loopback port (docs/debugging.md)")
      ->type_name("[=PORT]");
  app.add_flag("--gdb-wait", wait, "The same; do not start before GDB is there");
}

std::optional<DebuggerRequest> DebuggerOptions::request() const {
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

void CommonOptions::add_to(CLI::App& app) {
  app.add_option("--set", settings, "Override a setting of the scenario (docs/scenarios.md)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--outdir", outdir, "Folder for the results")->capture_default_str();
  app.add_option("--wave", wave,
                 "Wave file: none, fst or vcd; or FST of worst[:K], interrupt:VM:N, "
                 "landmark:NAME[:N] alone")
      ->type_name("WHAT");
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
  app.add_option("--stop-at", stop_at,
                 "End there: a landmark, [VM/]FUNCTION, either with :N; instructions:N; "
                 "console:TEXT (docs/landmarks.md)")
      ->type_name("WHERE");
  app.add_option("--uart-input", uart_input, "Type TEXT into a VM's UART (docs/uart-input.md)")
      ->type_name("VM:TEXT")
      ->allow_extra_args(false);
  app.add_option("--uart-script", uart_script, "Type into a VM's UART what a script says")
      ->type_name("VM:FILE")
      ->allow_extra_args(false);
  app.add_option("--log-commits", commit_log, "Write every retired instruction as Spike does")
      ->type_name("FILE");
  app.add_option("--trace", trace_log, "Write a readable trace with symbols")->type_name("FILE");
  app.add_option("--junit", junit, "Write the verdicts as JUnit XML")->type_name("FILE");
  app.add_flag("--coverage", coverage, "Write coverage.info for lcov (docs/coverage.md)");
  app.add_flag("--record", record, "Write run.events (docs/event-stream.md)");
  app.add_option("--observe", observe,
                 "What is derived from the run: all; latency: only that; none: how it ends")
      ->check(CLI::IsMember({"all", "latency", "none"}))
      ->capture_default_str();
  debugger.add_to(app);
  logs.add_to(app);
  presentation.add_to(app);
}

std::vector<Override> CommonOptions::overrides() const {
  std::vector<Override> all(settings.begin(), settings.end());
  const auto append = [&all](const char* option, const std::string& value, const char* key) {
    if (value.empty()) return;
    all.emplace_back(std::string(option) + " " + value, std::string(key) + "=" + value);
  };
  append("--wave", waves_of_moments() ? "fst" : wave, "run.wave");
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

bool CommonOptions::waves_of_moments() const {
  const auto begins = [this](const char* kind) { return wave.rfind(kind, 0) == 0; };
  return begins("worst") || begins("interrupt:") || begins("landmark:");
}

RunRequest CommonOptions::request() const {
  RunRequest request;
  request.outdir = outdir;
  if (!commit_log.empty()) request.outputs.commit_log = commit_log;
  if (!junit.empty()) request.outputs.junit = junit;
  if (!trace_log.empty()) request.outputs.trace_log = trace_log;
  request.outputs.logs = logs.selection(!trace_log.empty() || !commit_log.empty());
  request.stop_at = stop_at;
  if (waves_of_moments()) request.waves_of = wave;
  if (record) request.outputs.record = OutputRequest::Record::yes;
  request.presentation = presentation.choice();
  if (coverage) request.coverage = RunRequest::Coverage::on;
  request.debugger = debugger.request();
  if (observe != "all") {
    request.outputs.observe = observe == "latency" ? Observe::latency : Observe::none;
  }
  return request;
}

}  // namespace cyclevisor
