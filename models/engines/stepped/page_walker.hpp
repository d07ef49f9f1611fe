// The page-table walker, one for both TLBs. It reads and updates page-table entries through the
// data cache: one cycle for the address and one (or a miss) for the entry of each level (timing
// rules, section 9). A two-stage walk, which the reference core does not have, takes the same two
// cycles for each of its steps and one to write the TLB.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/types.hpp"
#include "models/timing/translator.hpp"

namespace cyclevisor {

class PageWalker {
 public:
  enum class For : std::uint8_t { data, fetch };

  bool active() const { return state_ != State::idle; }
  /// The walk failed: in this cycle the access that it is for faults.
  bool faults() const { return state_ == State::fault; }
  const TranslationFault& fault() const { return fault_; }
  For walks_for() const { return for_; }

  /// The page-table access in this cycle. A table that an invalid pointer refers to is not read in
  /// the cycle of that read.
  bool reads() const { return state_ == State::read && !pointer_is_bad() && !guest_step_fails(); }
  bool writes() const { return state_ == State::update && !guest_step_fails(); }
  PhysicalAddress address() const { return PhysicalAddress(entry_address_); }
  /// The value that an update writes; nothing in a two-stage walk, whose effects took place at its
  /// start.
  std::optional<std::uint64_t> updated_entry() const {
    return guest_ ? std::nullopt : std::optional(entry_);
  }

  /// The registers and the access that the walk is for; they do not change during it.
  struct Context {
    std::uint64_t satp = 0;
    TranslationRequest request;
    Translator::Regime regime;
    AccessedDirty policy = AccessedDirty::fault;
  };
  /// Whether the walk writes `found` to the TLB in this cycle.
  bool writes_tlb(const Context& context) const {
    return state_ == State::leaf && (guest_ || !needs_update(context));
  }
  Tlb::Match found(const Context& context) const;

  void start(For walk, const Translator::Regime& regime);
  void start(For walk, GuestWalk guest);
  void abandon() { finish(); }

  struct MemoryAnswer {
    bool stalls;
    bool fault;           ///< there is no memory for page tables at the address
    std::uint64_t entry;  ///< what a read found
  };
  void clock(const Context& context, const MemoryAnswer& memory);

 private:
  enum class State : std::uint8_t { idle, address, read, leaf, update, fault };

  bool is_pointer() const;
  bool pointer_is_bad() const;
  bool needs_update(const Context& context) const;
  std::uint64_t address_of_entry(const Context& context) const;
  void clock_address(const Context& context);
  void clock_read(const MemoryAnswer& memory);
  void fail(TranslationFault::Kind kind);
  /// The memory access of this step of a two-stage walk is refused, so it is not made.
  bool guest_step_fails() const;
  void next_guest_step();
  void finish();

  State state_ = State::idle;
  For for_ = For::data;
  TranslationFault fault_;
  unsigned root_level_ = 2;
  unsigned level_ = 2;       ///< of the entry that was read last
  unsigned next_level_ = 2;  ///< of the entry to be read next
  std::uint64_t entry_ = 0;
  std::uint64_t entry_address_ = 0;
  std::optional<GuestWalk> guest_;
  std::size_t step_ = 0;  ///< of `guest_`
};

}  // namespace cyclevisor
