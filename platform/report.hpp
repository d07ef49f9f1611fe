// stats.json and manifest.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/base/types.hpp"
#include "platform/exit_code.hpp"
#include "platform/observe/observation.hpp"
#include "platform/reference_run.hpp"
#include "platform/simulation.hpp"

namespace cyclevisor {

/// How the run ended.
struct RunResult {
  ExitCode exit = ExitCode::pass;
  std::string reason;   ///< a few fixed words: "pass", "guest failed", "deadlock"
  std::string message;  ///< one sentence with the particulars; may be empty
  Cycle cycles;         ///< length of the run
  std::uint64_t instructions = 0;
  std::uint64_t events = 0;
  std::string digest;
  std::optional<std::uint64_t> tohost;  ///< exit code given through `tohost`
};

std::string stats_json(const RunRequest& request, const RunResult& result,
                       const Observation& observation);
std::string manifest_json(const RunRequest& request, const RunResult& result);

/// The same of a run on the reference platform, which has no event stream to derive more from.
std::string reference_stats_json(const ReferenceRequest& request, const RunResult& result);
std::string reference_manifest_json(const ReferenceRequest& request);

}  // namespace cyclevisor
