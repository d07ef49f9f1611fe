#include "tests/support/hart_on_pipeline.hpp"

#include "models/engines/blocks/blocks_engine.hpp"
#include "models/engines/stepped/stepped_engine.hpp"

namespace cyclevisor::test {

MemoryAttributes TestMap::attributes(PhysicalAddress address) const {
  MemoryAttributes result;
  const bool memory = memory_.holds(address);
  result.cacheable = result.atomic = memory;
  result.executable = memory || device_.holds(address);
  result.readable = result.writable = result.executable || data_device_.holds(address);
  result.answers_fetch = result.executable;
  result.sizes = 1 + 2 + 4 + 8;
  return result;
}

namespace {

PipelineSettings tightly_coupled() {
  PipelineSettings settings;
  settings.instruction_cache.presence = settings.data_cache.presence = CachePresence::off;
  settings.instruction_tlb_entries = settings.data_tlb_entries = 0;
  settings.wfi_time_limit = 0;
  return settings;
}

}  // namespace

EngineFactory test_engine(const MemoryMap& map) { return stepped_engine(tightly_coupled(), map); }

EngineFactory fast_test_engine(const MemoryMap& map) {
  return blocks_engine(tightly_coupled(), map);
}

}  // namespace cyclevisor::test
