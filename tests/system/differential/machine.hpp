// The hart under test on a memory like that of QEMU's virt machine, one architectural step at a
// time. QEMU knows no cycles, so the hart is an interpreter without time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/hart/core.hpp"
#include "models/hart/ports.hpp"
#include "tests/system/differential/interpreter.hpp"

namespace cyclevisor::differential {

/// DRAM at 0x8000_0000, the finisher, and nothing else.
class TestBus : public PhysicalBus {
 public:
  static constexpr std::uint64_t memory_base = 0x80000000;
  static constexpr std::uint64_t memory_bytes = 16 << 20;
  static constexpr std::uint64_t finisher = 0x100000;

  TestBus() : memory_(memory_bytes) {}
  void load(const std::vector<std::uint8_t>& image);

  DirectRegion direct(PhysicalAddress address) override;
  BusReply read(PhysicalAddress address, unsigned bytes, Cycle at) override;
  BusReply write(PhysicalAddress address, unsigned bytes, std::uint64_t data, Cycle at) override;

  const std::byte* at(std::uint64_t address) const { return &memory_[address - memory_base]; }
  std::byte* at(std::uint64_t address) { return &memory_[address - memory_base]; }

  /// The program wrote the finisher.
  bool finished() const { return finished_; }

  /// The program looked for memory where QEMU has devices that are not here.
  bool strayed() const { return strayed_; }

 private:
  std::vector<std::byte> memory_;
  bool finished_ = false;
  bool strayed_ = false;
};

/// Programs do not compare values of `time`; any clock will do.
class TestClock : public TimeSource {
 public:
  std::uint64_t mtime(Cycle at) override { return at.value; }
  Cycle cycle_of(std::uint64_t value) const override { return Cycle(value); }
};

class Machine {
 public:
  Machine(ExtensionSet extensions, const std::vector<std::uint8_t>& image);

  /// What comes next, before anything of it is done.
  enum class Pending : std::uint8_t {
    interrupt,    ///< a trap without an instruction
    fetch_fault,  ///< a trap: there is no instruction
    instruction,  ///< one that can be fetched, legal or not
  };
  Pending look();

  /// What the step did that `look` announced.
  enum class Outcome : std::uint8_t { retired, trapped, waits };
  Outcome step();

  /// The bits that `look` fetched; 0 if it could not.
  std::uint32_t fetched_bits() const { return interpreter_.fetched_bits(); }

  /// The instruction that `look` found; null when it is illegal.
  const Instruction* instruction() const { return instruction_; }

  /// After Pending::interrupt: which one; and another in its place.
  unsigned interrupt() const { return interrupt_; }
  void take_instead(unsigned number) { interrupt_ = number; }

  /// Keeps the page tables as they are; takes back what was changed in them since.
  void save_tables();
  void restore_tables();

  /// Makes the next step report an AMO's access fault as a load's.
  void report_amo_as_load() { amo_as_load_ = true; }

  /// Puts bits into menvcfg and henvcfg that the program does not see.
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
