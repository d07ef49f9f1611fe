#include "platform/cli/exec_options.hpp"

#include "platform/base/configuration_error.hpp"
#include "platform/cli/timing_options.hpp"

namespace cyclevisor {
namespace {

void refuse(const char* option, const std::string& platform) {
  throw ConfigurationError(option, "has no meaning on --platform " + platform);
}

}  // namespace

void ExecOptions::add_to(CLI::App& app) {
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

ReferenceRequest reference_request(const std::string& program, const CommonOptions& common,
                                   const ExecOptions& exec) {
  if (!common.wave.empty() && common.wave != "none") refuse("--wave", exec.platform);
  if (!common.stop_at.empty()) refuse("--stop-at", exec.platform);
  if (!common.wave_window.empty()) refuse("--wave-window", exec.platform);
  if (!common.wave_trigger.empty()) refuse("--wave-trigger", exec.platform);
  if (!common.sync.empty()) refuse("--sync", exec.platform);
  if (!common.isa.empty()) refuse("--isa", exec.platform);
  if (!common.uart_input.empty()) refuse("--uart-input", exec.platform);
  if (!common.uart_script.empty()) refuse("--uart-script", exec.platform);
  if (!common.firmware.empty()) refuse("--firmware", exec.platform);
  if (!common.commit_log.empty()) refuse("--log-commits", exec.platform);
  if (!common.trace_log.empty()) refuse("--trace", exec.platform);
  if (!common.junit.empty()) refuse("--junit", exec.platform);
  if (common.coverage) refuse("--coverage", exec.platform);
  if (common.record) refuse("--record", exec.platform);
  if (common.observe != "all") refuse("--observe", exec.platform);
  if (common.debugger.wait) refuse("--gdb-wait", exec.platform);
  if (!common.debugger.port.empty()) refuse("--gdb", exec.platform);
  if (const char* given = common.logs.given()) refuse(given, exec.platform);
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
  return request;
}

void refuse_reference_options(const ExecOptions& exec) {
  if (!exec.predictor.empty()) refuse("--predictor", exec.platform);
  if (!exec.engine.empty()) refuse("--engine", exec.platform);
  if (!exec.timing_trace.empty()) refuse("--timing-trace", exec.platform);
}

}  // namespace cyclevisor
