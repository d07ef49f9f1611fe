// What is written from the table of settings: the resolved configuration and docs/scenarios.md.
#pragma once

#include <string>

#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// The scenario as TOML with every setting written out.
std::string resolved_toml(const Scenario& scenario);

/// docs/scenarios.md.
std::string settings_document();

}  // namespace cyclevisor
