// Registers and memory of every program, as a debugger reads and writes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/cpu/cpu.hpp"
#include "models/mmu/translate.hpp"
#include "platform/gdb/contexts.hpp"

namespace cyclevisor::gdb {

/// The kind of address for memory accesses.
enum class Addressing : std::uint8_t { virtual_addresses, physical_addresses };

/// Reading changes nothing. Writing changes the run: see `altered`.
///
/// The program on the hart has the hart's registers. Any other program has those with which it last
/// left the hart (zeros if it never ran). These cannot be written: a hypervisor keeps the real ones
/// in a place of its own. There is only one set of CSRs, the hart's.
class Target : private PageTableMemory {
 public:
  Target(Cpu& cpu, const Contexts& contexts) : cpu_(cpu), contexts_(contexts) {}

  const Contexts& contexts() const { return contexts_; }
  const Hart& hart() const { return cpu_.hart(); }

  /// By GDB's number (target_description.hpp); nothing if it does not exist or is not known.
  std::optional<std::uint64_t> read_register(std::size_t program, std::uint64_t number) const;
  /// False if it cannot be written.
  bool write_register(std::size_t program, std::uint64_t number, std::uint64_t value);

  /// The readable part of `bytes` bytes from `address` on; permissions do not matter.
  std::string read_memory(std::size_t program, std::uint64_t address, std::uint64_t bytes);
  /// The access that the program's next instruction makes, if it makes any.
  std::optional<MemoryAccess> next_access(std::size_t program);
  /// False if not all of it could be written.
  bool write_memory(std::size_t program, std::uint64_t address, std::string_view bytes);

  Addressing addressing() const { return addressing_; }
  void set_addressing(Addressing addressing) { addressing_ = addressing; }

  /// True once a register or memory has been written: from then on the debugger has influenced the
  /// run.
  bool altered() const { return altered_; }

 private:
  // PageTableMemory
  PteStatus read(PhysicalAddress address, std::uint64_t& entry) override;
  PteStatus compare_exchange(PhysicalAddress address, std::uint64_t expected,
                             std::uint64_t desired) override;

  std::optional<PhysicalAddress> translate_in(std::size_t program, VirtualAddress address);
  /// Calls `transfer(physical address, offset, bytes)` for each page until one returns false.
  template <class Transfer>
  void for_each_page(std::size_t program, std::uint64_t address, std::uint64_t bytes,
                     const Transfer& transfer);

  Cpu& cpu_;
  const Contexts& contexts_;
  Addressing addressing_ = Addressing::virtual_addresses;
  bool altered_ = false;
};

}  // namespace cyclevisor::gdb
