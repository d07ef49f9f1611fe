// Every mistake a user can make ends as one of these: usage, scenario, image, device tree.
#pragma once

#include <stdexcept>
#include <string>

namespace cyclevisor {

/// what() is one complete message: where the mistake is (file:line:column, or the option), what is
/// wrong, and what would be right. The program ends with exit code 2.
class ConfigurationError : public std::runtime_error {
 public:
  ConfigurationError(const std::string& where, const std::string& reason)
      : std::runtime_error(where + ": " + reason) {}
};

}  // namespace cyclevisor
