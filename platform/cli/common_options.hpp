// The options that `run` and `exec` share.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/cli/log_options.hpp"
#include "platform/cli/presentation_options.hpp"
#include "platform/run/simulation.hpp"
#include "platform/scenario/scenario_reader.hpp"

namespace cyclevisor {

/// The debugger options of CommonOptions.
struct DebuggerOptions {
  std::string port;  ///< empty: no debugger; "true": no port given
  bool wait = false;

  void add_to(CLI::App& app);
  std::optional<DebuggerRequest> request() const;
};

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
  std::string stop_at;
  std::vector<std::string> uart_input;
  std::vector<std::string> uart_script;
  std::string commit_log;
  std::string trace_log;
  std::string junit;
  bool coverage = false;
  bool record = false;
  std::string observe = "all";
  DebuggerOptions debugger;
  LogOptions logs;
  PresentationOptions presentation;

  void add_to(CLI::App& app);
  std::vector<Override> overrides() const;
  /// `wave` names moments, not a format.
  bool waves_of_moments() const;
  RunRequest request() const;
};

}  // namespace cyclevisor
