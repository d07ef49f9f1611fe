// One run from boot to the files in the output folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/base/exit_code.hpp"
#include "platform/run/run_outputs.hpp"
#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// A run that GDB may look at (docs/debugging.md).
struct DebuggerRequest {
  std::uint16_t port = 0;  ///< on the loopback interface; 0 = any that is free
  /// Whether the first instruction waits for the debugger.
  enum class Start { at_once, when_connected } start = Start::at_once;
};

struct RunRequest {
  Scenario scenario;
  std::vector<std::string> command;  ///< as the user typed it, for the manifest
  InputFile scenario_file;           ///< empty for `exec`
  std::filesystem::path outdir;
  /// Whether coverage.info is written.
  enum class Coverage { off, on } coverage = Coverage::off;
  std::optional<DebuggerRequest> debugger;
  /// `exec` shows the program's console and no table; `run` the other way round.
  OutputRequest outputs;
  PresentationChoice presentation;
};

/// Simulates. Throws ConfigurationError for what is wrong with the inputs, and anything else for
/// what is wrong with the simulator, after having written what there is.
ExitCode simulate(const RunRequest& request);

}  // namespace cyclevisor
