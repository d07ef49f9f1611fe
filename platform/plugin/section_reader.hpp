// Reads [[device]] and [[sink]] from a scenario and writes them back.
#pragma once

#include <toml++/toml.h>

#include "platform/plugin/sections.hpp"

namespace cyclevisor {

/// `node` is the value of the key in the scenario `file`. Throws ConfigurationError with line and
/// column for anything that is missing, unknown, of the wrong type or out of range.
std::vector<DeviceSection> read_device_sections(const toml::node& node,
                                                const std::filesystem::path& file);
std::vector<SinkSection> read_sink_sections(const toml::node& node,
                                            const std::filesystem::path& file);

}  // namespace cyclevisor
