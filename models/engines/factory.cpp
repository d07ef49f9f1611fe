#include "models/engines/factory.hpp"

#include <stdexcept>

#include "models/engines/blocks/blocks_engine.hpp"
#include "models/engines/stepped/stepped_engine.hpp"

namespace cyclevisor {

EngineFactory engine_factory(EngineChoice choice, const PipelineSettings& settings,
                             const MemoryMap& map) {
  switch (choice) {
    case EngineChoice::fast:
      return blocks_engine(settings, map);
    case EngineChoice::stepped:
      return stepped_engine(settings, map);
  }
  throw std::logic_error("an engine without a factory");
}

}  // namespace cyclevisor
