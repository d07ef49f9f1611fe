#include "platform/cli/report_options.hpp"

#include "platform/base/configuration_error.hpp"
#include "platform/cli/wave_window_option.hpp"
#include "platform/scenario/scenario_reader.hpp"

namespace cyclevisor {

void ReportOptions::add_to(CLI::App& app) {
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
  logs.add_to(app);
  presentation.add_to(app);
  app.add_flag("--coverage", coverage, "Write coverage.info; needs the programs that were run");
}

ReportRequest ReportOptions::request() const {
  ReportRequest request;
  request.recorded = recorded;
  request.outdir = outdir.empty() ? recorded : outdir;
  if (!commit_log.empty()) request.outputs.commit_log = commit_log;
  if (!trace_log.empty()) request.outputs.trace_log = trace_log;
  request.outputs.logs = logs.selection(!trace_log.empty() || !commit_log.empty());
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

}  // namespace cyclevisor
