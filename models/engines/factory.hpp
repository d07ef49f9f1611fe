// The engines that there are. A new one has its folder here, a value of EngineChoice, a case in
// factory.cpp and its name in the settings table (platform/scenario/settings.cpp); see README.md.
#pragma once

#include <cstdint>

#include "models/hart/engine_factory.hpp"
#include "models/timing/memory_map.hpp"
#include "models/timing/settings.hpp"

namespace cyclevisor {

/// What runs the hart. The order is that of the names in the settings table.
enum class EngineChoice : std::uint8_t {
  fast,     ///< blocks/
  stepped,  ///< stepped/: every cycle of the pipeline is simulated; the referee
};

/// The factory of an engine. `map` must outlive the engines that it makes.
EngineFactory engine_factory(EngineChoice choice, const PipelineSettings& settings,
                             const MemoryMap& map);

}  // namespace cyclevisor
