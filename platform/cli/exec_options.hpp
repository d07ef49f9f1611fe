// What only `exec` takes: the platform, and the options of the platform `reference`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "platform/cli/common_options.hpp"
#include "platform/run/reference_run.hpp"

namespace cyclevisor {

/// Options of `exec` only.
struct ExecOptions {
  std::string platform = "virt";
  std::string predictor;
  std::string engine;
  std::string timing_trace;

  void add_to(CLI::App& app);
};

/// The request for the platform `reference`. Throws ConfigurationError for an option that it does
/// not have.
ReferenceRequest reference_request(const std::string& program, const CommonOptions& common,
                                   const ExecOptions& exec);

/// Throws ConfigurationError for an option that only the platform `reference` has.
void refuse_reference_options(const ExecOptions& exec);

}  // namespace cyclevisor
