// The stepped engine: every cycle of the pipeline is simulated. It is the referee that all other
// engines are compared with.
#pragma once

#include "models/hart/engine_factory.hpp"
#include "models/timing/memory_map.hpp"
#include "models/timing/settings.hpp"

namespace cyclevisor {

/// `map` must outlive the engines.
EngineFactory stepped_engine(const PipelineSettings& settings, const MemoryMap& map);

}  // namespace cyclevisor
