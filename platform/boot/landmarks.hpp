// Finds the places that a scenario's [[landmark]] sections name.
#pragma once

#include <vector>

#include "platform/observe/guest/observed.hpp"
#include "platform/program/symbol_table.hpp"
#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// Adds the scenario's landmarks and intervals to `observed`, whose VMs are known. `symbols` as in
/// BootPlan. Throws ConfigurationError for what there is not.
void place_landmarks(const Scenario& scenario, const std::vector<SymbolTable>& symbols,
                     ObservedPlatform& observed);

}  // namespace cyclevisor
