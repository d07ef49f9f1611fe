// The hart under test on a memory like that of QEMU's virt machine, one architectural step at a
// time. QEMU has no notion of cycles, so the hart is the untimed interpreter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/base/virt_map.hpp"
#include "models/hart/base/ports.hpp"
#include "models/hart/execute/core.hpp"
#include "tests/system/differential/interpreter.hpp"

namespace cyclevisor::differential {

/// DRAM at 0x8000_0000, the finisher, and nothing else.
class TestBus : public PhysicalBus {
 public:
  static constexpr std::uint64_t memory_base = virt::dram_base;
  static constexpr std::uint64_t memory_bytes = 16 << 20;
  static constexpr std::uint64_t finisher = virt::finisher_base;

  TestBus() : memory_(memory_bytes) {}
  void load(const std::vector<std::uint8_t>& image);

  DirectRegion direct(PhysicalAddress address) override;
  BusReply read(PhysicalAddress address, unsigned bytes, Cycle at) override;
  BusReply write(PhysicalAddress address, unsigned bytes, std::uint64_t data, Cycle at) override;

  const std::byte* at(std::uint64_t address) const { return &memory_[address - memory_base]; }
  std::byte* at(std::uint64_t address) { return &memory_[address - memory_base]; }

  /// The program wrote the finisher.
  bool finished() const { return finished_; }

  /// The program accessed an address where only QEMU has a device.
  bool strayed() const { return strayed_; }

 private:
  std::vector<std::byte> memory_;
  bool finished_ = false;
  bool strayed_ = false;
};

/// Values of `time` are not compared, so any clock works.
class TestClock : public TimeSource {
 public:
  std::uint64_t mtime(Cycle at) override { return at.value; }
  Cycle cycle_of(std::uint64_t value) const override { return Cycle(value); }
};

class Machine {
 public:
  Machine(ExtensionSet extensions, const std::vector<std::uint8_t>& image);

  /// The next step, before it is executed.
  enum class Pending : std::uint8_t {
    interrupt,    ///< a trap without an instruction
    fetch_fault,  ///< a trap: there is no instruction
    instruction,  ///< an instruction that can be fetched, legal or not
  };
  Pending look();

  /// The outcome of the step that `look` announced.
  enum class Outcome : std::uint8_t { retired, trapped, waits };
  Outcome step();

  /// The bits that `look` fetched; 0 if the fetch failed.
  std::uint32_t fetched_bits() const { return interpreter_.fetched_bits(); }

  /// The instruction that `look` found; null when it is illegal.
  const Instruction* instruction() const { return instruction_; }

  /// After Pending::interrupt: the interrupt's number, and its replacement by another one.
  unsigned interrupt() const { return interrupt_; }
  void take_instead(unsigned number) { interrupt_ = number; }

  /// Saves the page tables; undoes all changes to them since.
  void save_tables();
  void restore_tables();

  /// Makes the next step report an AMO's access fault as a load's.
  void report_amo_as_load() { amo_as_load_ = true; }

  /// Sets ADUE in menvcfg and henvcfg, which the program does not see.
  void force_hardware_accessed_dirty();

  TestBus bus;
  TestClock clock;
  Core core;

 private:
  Interpreter interpreter_;
  const Instruction* instruction_ = nullptr;
  Pending pending_ = Pending::instruction;
  unsigned interrupt_ = 0;
  bool amo_as_load_ = false;
  std::vector<std::byte> saved_tables_;
  Cycle now_{1000};
};

}  // namespace cyclevisor::differential
