// A hart with main memory and the finisher, and nothing else: an engine without observers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "models/base/virt_map.hpp"
#include "models/hart/hart.hpp"
#include "models/timing/memory_map.hpp"

namespace cyclevisor::bench {

class BareMachine : private PhysicalBus, private TimeSource, private MemoryMap {
 public:
  /// `program` is an ELF file for 0x80000000. `make` gets the machine's memory map.
  BareMachine(const std::filesystem::path& program,
              const std::function<EngineFactory(const MemoryMap& map)>& make);

  /// Runs the program from its start until it stores to the finisher. Throws std::runtime_error
  /// if that is not a pass.
  void run();

  std::uint64_t instructions() const { return hart_.instructions_retired(); }
  Cycle cycles() const { return hart_.now(); }

 private:
  static constexpr std::uint64_t memory_base = virt::dram_base;
  static constexpr std::uint64_t memory_bytes = 16 << 20;
  static constexpr std::uint64_t finisher = virt::finisher_base;

  DirectRegion direct(PhysicalAddress address) override;
  BusReply read(PhysicalAddress address, unsigned bytes, Cycle at) override;
  BusReply write(PhysicalAddress address, unsigned bytes, std::uint64_t data, Cycle at) override;
  std::uint64_t mtime(Cycle at) override { return at.value; }
  Cycle cycle_of(std::uint64_t value) const override { return Cycle(value); }
  MemoryAttributes attributes(PhysicalAddress address) const override;

  std::vector<std::byte> memory_;
  EventStream nobody_;
  std::uint64_t verdict_ = 0;
  Hart hart_;
};

}  // namespace cyclevisor::bench
