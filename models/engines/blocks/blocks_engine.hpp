// The blocks engine: the same events in the same cycles as the stepped engine, in a fraction of the
// time (README.md).
#pragma once

#include "models/hart/engine_factory.hpp"
#include "models/timing/memory_map.hpp"
#include "models/timing/settings.hpp"

namespace cyclevisor {

/// `map` must outlive the engines.
EngineFactory blocks_engine(const PipelineSettings& settings, const MemoryMap& map);

}  // namespace cyclevisor
