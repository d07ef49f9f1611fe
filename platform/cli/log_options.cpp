#include "platform/cli/log_options.hpp"

#include "platform/base/configuration_error.hpp"
#include "platform/cli/presentation_options.hpp"

namespace cyclevisor {

void LogOptions::add_to(CLI::App& app) {
  app.add_option("--trace-window", window_, "Only these cycles in --trace and --log-commits")
      ->type_name("FIRST:LAST");
  app.add_option("--trace-only", only_,
                 "Only this software in --trace and --log-commits: a VM or hypervisor, "
                 "or a function of it")
      ->type_name("VM[:FUNCTION]");
}

const char* LogOptions::given() const {
  if (!window_.empty()) return "--trace-window";
  return only_.empty() ? nullptr : "--trace-only";
}

LogSelection LogOptions::selection(bool logs) const {
  LogSelection selection;
  if (const char* option = given(); option != nullptr && !logs) {
    throw ConfigurationError(option, "there is no log: give --trace or --log-commits, too");
  }
  if (!window_.empty()) {
    const auto [first, last] = parse_window("--trace-window", window_);
    selection.first = first;
    selection.last = last;
  }
  selection.only = only_;
  return selection;
}

}  // namespace cyclevisor
