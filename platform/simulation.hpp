// One run from boot to the files in the output folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platform/exit_code.hpp"
#include "platform/run_outputs.hpp"
#include "platform/scenario.hpp"

namespace cyclevisor {

struct RunRequest {
  Scenario scenario;
  std::vector<std::string> command;  ///< as the user typed it, for the manifest
  InputFile scenario_file;           ///< empty for `exec`
  std::filesystem::path outdir;
  /// Whether coverage.info is written.
  enum class Coverage { off, on } coverage = Coverage::off;
  /// `exec` shows the program's console and no table; `run` the other way round.
  OutputRequest outputs;
};

/// Simulates. Throws ConfigurationError for what is wrong with the inputs, and anything else for
/// what is wrong with the simulator, after having written what there is.
ExitCode simulate(const RunRequest& request);

}  // namespace cyclevisor
