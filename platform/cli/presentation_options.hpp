// Options of `run`, `exec` and `report` that select how results are presented.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "platform/report/run_data.hpp"

namespace cyclevisor {

class PresentationOptions {
 public:
  void add_to(CLI::App& app);
  /// Throws ConfigurationError for invalid values.
  PresentationChoice choice() const;
  /// The first option that was given, or null.
  const char* given() const;

 private:
  std::string unit_;
  std::uint64_t rows_ = 0;
  std::string window_;
};

/// "FIRST:LAST" in cycles; throws ConfigurationError, whose message begins with `option`.
std::pair<Cycle, Cycle> parse_window(const char* option, const std::string& text);

}  // namespace cyclevisor
