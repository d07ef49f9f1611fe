// The options that limit `--trace` and `--log-commits`, of `run`, `exec` and `report`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "platform/run/log_filter.hpp"

namespace cyclevisor {

class LogOptions {
 public:
  void add_to(CLI::App& app);
  /// The option that was given; null: none was.
  const char* given() const;
  /// Throws ConfigurationError if there is no log to be limited (`logs`: one was requested).
  LogSelection selection(bool logs) const;

 private:
  std::string window_;
  std::string only_;
};

}  // namespace cyclevisor
