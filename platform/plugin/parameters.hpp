// The [device.parameters] or [sink.parameters] of a scenario.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>

namespace cyclevisor {

/// Names and values; a TOML integer is given as its decimal text.
using PluginParameters = std::map<std::string, std::string>;

/// The parameter as a number, decimal or 0x...; `fallback` if it is not given. Throws
/// std::invalid_argument if it is no number, which ends the program with exit code 2.
inline std::uint64_t number_parameter(const PluginParameters& parameters, const std::string& name,
                                      std::uint64_t fallback) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return fallback;
  try {
    std::size_t used = 0;
    const std::uint64_t value = std::stoull(found->second, &used, 0);
    if (used == found->second.size() && found->second.front() != '-') return value;
  } catch (const std::logic_error&) {
  }
  throw std::invalid_argument(name + " = '" + found->second + "' is not a number");
}

}  // namespace cyclevisor
