// The [[device]] and [[sink]] sections as text for config.resolved.toml.
#pragma once

#include <string>
#include <vector>

#include "platform/plugin/sections.hpp"

namespace cyclevisor {

std::string sections_toml(const std::vector<DeviceSection>& devices,
                          const std::vector<SinkSection>& sinks);

}  // namespace cyclevisor
