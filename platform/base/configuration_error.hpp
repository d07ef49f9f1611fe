// Every mistake a user can make ends as one of these: usage, scenario, image, device tree.
#pragma once

#include <stdexcept>
#include <string>

#include "platform/base/printable.hpp"

namespace cyclevisor {

/// what() is one complete message: where the mistake is (file:line:column, or the option), what is
/// wrong, and what would be right; what was given is escaped and cut where it is long. The program
/// ends with exit code 2.
class ConfigurationError : public std::runtime_error {
 public:
  ConfigurationError(const std::string& where, const std::string& reason)
      : std::runtime_error(printable(where) + ": " + printable(reason, longest_reason)) {}

 private:
  static constexpr std::size_t longest_reason = 2000;
};

}  // namespace cyclevisor
