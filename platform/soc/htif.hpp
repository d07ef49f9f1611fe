// The host-target interface of Spike and its test programs: the doublewords `tohost` and
// `fromhost`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "models/memory/memory.hpp"

namespace cyclevisor {

/// Serves one program in DRAM. After a store to `tohost`, also to a part of it and by SC or AMO,
/// the value of the whole doubleword means:
/// - odd: the program has ended with exit code value >> 1 (riscv-tests: the failing test's number);
/// - device 1, command 1 (bits 63..56 and 55..48): print the character in the low byte;
/// - even: address of a proxied system call of four doublewords; `write` (64) prints, `exit` (93)
///   ends, others answer -ENOSYS (38). The answer goes to the first doubleword, and 1 to
///   `fromhost`.
/// `tohost` is cleared after the last two.
class Htif {
 public:
  using Print = std::function<void(std::uint8_t)>;
  using Exit = std::function<void(std::uint64_t code)>;

  /// Offsets are into `dram`. Watches `tohost` from now on. Must outlive the simulation.
  Htif(Memory& dram, std::uint64_t tohost, std::optional<std::uint64_t> fromhost, Print print,
       Exit exit);

 private:
  void on_tohost(std::uint64_t value);
  std::uint64_t system_call(std::uint64_t block);
  std::uint64_t load(std::uint64_t offset) const;
  void store(std::uint64_t offset, std::uint64_t value);
  bool inside(std::uint64_t offset, std::uint64_t bytes) const {
    return offset < dram_.size() && bytes <= dram_.size() - offset;
  }

  Memory& dram_;
  std::uint64_t tohost_;
  std::optional<std::uint64_t> fromhost_;
  Print print_;
  Exit exit_;
};

}  // namespace cyclevisor
