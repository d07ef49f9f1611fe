// The options of `report`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "platform/cli/log_options.hpp"
#include "platform/cli/presentation_options.hpp"
#include "platform/run/recorded_run.hpp"

namespace cyclevisor {

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
  LogOptions logs;
  PresentationOptions presentation;
  bool coverage = false;

  void add_to(CLI::App& app);
  ReportRequest request() const;
};

}  // namespace cyclevisor
