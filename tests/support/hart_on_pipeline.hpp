// A memory map and an engine for a bare hart in a test.
#pragma once

#include <cstdint>

#include "models/hart/engine_factory.hpp"
#include "models/timing/memory_map.hpp"

namespace cyclevisor::test {

/// Main memory, where everything is permitted; a device, which can be read, written and fetched;
/// one that can be read and written only; and nothing else.
class TestMap final : public MemoryMap {
 public:
  struct Range {
    std::uint64_t first;
    std::uint64_t bytes;
    bool holds(PhysicalAddress address) const { return address.value - first < bytes; }
  };
  TestMap(Range memory, Range device, Range data_device = {0, 0})
      : memory_(memory), device_(device), data_device_(data_device) {}

  MemoryAttributes attributes(PhysicalAddress address) const override;

 private:
  Range memory_;
  Range device_;
  Range data_device_;
};

/// The stepped pipeline with tightly coupled main memory, translations that take no time and a WFI
/// that traps at once where it may not wait, so that cycles can be counted by hand. `map` must
/// outlive the hart.
EngineFactory test_engine(const MemoryMap& map);
/// The same settings on the blocks engine, for long programs.
EngineFactory fast_test_engine(const MemoryMap& map);

/// Either of them, for tests that run on both.
using TestEngine = EngineFactory (*)(const MemoryMap& map);

}  // namespace cyclevisor::test
