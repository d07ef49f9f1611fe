// The stepped pipeline as the engine of a hart: every cycle is worked out, and that is what all
// other engines are compared with.
#pragma once

#include "models/hart/engine_factory.hpp"
#include "models/pipeline/memory_map.hpp"
#include "models/pipeline/settings.hpp"

namespace cyclevisor {

/// `map` must outlive the engines.
EngineFactory stepped_engine(const PipelineSettings& settings, const MemoryMap& map);

}  // namespace cyclevisor
