// Reads scenarios: TOML file, `--set` overrides, and the checks that involve several settings.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// Bytes at the beginning of DRAM that the hypervisor keeps for itself; the partitions follow.
inline constexpr std::uint64_t hypervisor_bytes = 0x0100'0000;
/// `maximum_vms` of the hypervisor. Each VM has a console UART, beside the hypervisor's.
inline constexpr std::size_t max_vms = 16;

/// A setting from the command line that replaces the scenario's.
struct Override {
  /// The argument of `--set`.
  Override(std::string argument) : where("--set " + argument), assignment(std::move(argument)) {}
  Override(const char* argument) : Override(std::string(argument)) {}
  /// An option that is a short form of a setting.
  Override(std::string option, std::string setting)
      : where(std::move(option)), assignment(std::move(setting)) {}

  std::string where;       ///< as the user typed it
  std::string assignment;  ///< KEY=VALUE
};

/// Reads the scenario `argument`: the path of a TOML file, or the name of one that comes with the
/// program. `overrides` take effect in order. Throws ConfigurationError.
Scenario read_scenario(const std::string& argument, const std::vector<Override>& overrides);

/// The same from text. Messages name `file`, and relative file names are relative to it.
Scenario parse_scenario(const std::string& text, const std::filesystem::path& file,
                        const std::vector<Override>& overrides);

/// Only the [[sink]] sections of the scenario `argument`, of which there must be at least one.
/// Other files that it names need not exist.
std::vector<SinkSection> read_scenario_sinks(const std::string& argument);

/// The scenario of `cyclevisor exec`: `program` alone on the bare platform.
Scenario bare_scenario(const std::string& program, const std::vector<Override>& overrides);

/// The path of the scenario file that `argument` selects.
std::filesystem::path find_scenario(const std::string& argument);

}  // namespace cyclevisor
