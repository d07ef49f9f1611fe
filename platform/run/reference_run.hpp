// `cyclevisor exec --platform reference`: runs one program on the reference platform, without
// SystemC, from the ELF file to the files in the output folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/engines/factory.hpp"
#include "models/timing/settings.hpp"
#include "platform/base/exit_code.hpp"

namespace cyclevisor {

struct ReferenceRequest {
  std::string program;  ///< ELF file for 0x80000000 with the symbol `tohost`
  PipelineSettings timing;
  EngineChoice engine = EngineChoice::stepped;
  std::uint64_t max_cycles = 0;  ///< 0: no limit
  std::filesystem::path outdir;
  std::optional<std::filesystem::path> timing_trace;
  std::vector<std::string> command;  ///< as the user typed it, for the manifest
};

/// Runs until the store to `tohost` commits: 1 is a pass, any other value fails with number
/// value/2. Throws ConfigurationError for errors in the inputs.
ExitCode run_reference(const ReferenceRequest& request);

}  // namespace cyclevisor
