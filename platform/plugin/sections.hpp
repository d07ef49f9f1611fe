// The [[device]] and [[sink]] sections of a scenario.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/plugin/parameters.hpp"

namespace cyclevisor {

struct PluginSection {
  std::string where;  ///< file:line:column, for messages
  std::string name;
  std::string given;           ///< the library as given in the scenario
  std::filesystem::path path;  ///< resolved
  PluginParameters parameters;
};

struct DeviceSection : PluginSection {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0x1000;
  unsigned interrupt = 0;  ///< PLIC source; 0: none
  std::string compatible;  ///< in the device tree
};

using SinkSection = PluginSection;

}  // namespace cyclevisor
