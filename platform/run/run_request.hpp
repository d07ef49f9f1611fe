// What the caller requests of a run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/observe/waves/wave_window.hpp"
#include "platform/report/run_data.hpp"
#include "platform/run/log_filter.hpp"
#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

class RunProbe;

/// Outputs beyond those that are always written.
struct OutputRequest {
  WaveChoice wave = WaveChoice::none;
  WaveWindow wave_window;
  WaveParts wave_parts;
  std::optional<std::filesystem::path> commit_log;
  std::optional<std::filesystem::path> trace_log;
  LogSelection logs;  ///< what the two contain
  std::optional<std::filesystem::path> junit;
  enum class Record { no, yes } record = Record::no;
  Observe observe = Observe::all;
  /// What standard output shows.
  enum class Terminal { table, console } terminal = Terminal::table;
};

/// A run with GDB attached (docs/debugging.md).
struct DebuggerRequest {
  std::uint16_t port = 0;  ///< on the loopback interface; 0 = any free port
  /// Whether the first instruction waits for the debugger.
  enum class Start { at_once, when_connected } start = Start::at_once;
};

struct RunRequest {
  Scenario scenario;
  std::vector<std::string> command;  ///< as the user typed it, for the manifest
  InputFile scenario_file;           ///< empty for `exec`
  std::filesystem::path outdir;
  /// Whether to write coverage.info.
  enum class Coverage { off, on } coverage = Coverage::off;
  std::optional<DebuggerRequest> debugger;
  /// `exec` prints the program's console and no table; `run` prints the table.
  OutputRequest outputs;
  PresentationChoice presentation;
  std::string stop_at;   ///< --stop-at; empty: no such stop (moments.hpp)
  std::string waves_of;  ///< --wave worst and the like; empty: none of these
  RunProbe* probe = nullptr;
};

}  // namespace cyclevisor
