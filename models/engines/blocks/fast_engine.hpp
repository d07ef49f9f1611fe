// The engine that takes the fast path wherever it can and steps the pipeline elsewhere.
#pragma once

#include "models/hart/engine_factory.hpp"
#include "models/timing/memory_map.hpp"
#include "models/timing/settings.hpp"

namespace cyclevisor {

/// Same events in the same cycles as `stepped_engine`. `map` must outlive the engines.
EngineFactory fast_engine(const PipelineSettings& settings, const MemoryMap& map);

}  // namespace cyclevisor
