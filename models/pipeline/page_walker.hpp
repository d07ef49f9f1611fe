// The page-table walker: one for both TLBs. It reads and updates page-table entries through the
// data cache, one cycle for the address and one (or a miss) for the entry of each level (timing
// rules, section 9).
#pragma once

#include <cstdint>

#include "models/base/types.hpp"
#include "models/pipeline/tlb.hpp"

namespace cyclevisor {

class PageWalker {
 public:
  enum class For : std::uint8_t { data, fetch };

  bool active() const { return state_ != State::idle; }
  /// The walk cannot go on: a fault of the access that it is for, in this cycle.
  enum class Fault : std::uint8_t {
    access,  ///< there is no memory for page tables at the address
    page,    ///< an entry that points to a table has bits set that are reserved there
  };
  bool faults() const { return state_ == State::fault; }
  Fault fault() const { return fault_; }
  For walks_for() const { return for_; }

  /// The access to a page table in this cycle. A table that a bad entry points to is not read,
  /// though it is the turn of that read.
  bool reads() const { return state_ == State::read && !pointer_is_bad(); }
  bool writes() const { return state_ == State::update; }
  PhysicalAddress address() const { return PhysicalAddress(entry_address_); }
  std::uint64_t entry() const { return entry_; }
  unsigned level() const { return level_; }

  /// The registers and the access that the walk is for; they stay the same during it.
  struct Context {
    std::uint64_t satp = 0;
    std::uint64_t address = 0;  ///< virtual
    AccessRights rights;
    AccessedDirtyUpdate policy = AccessedDirtyUpdate::page_fault;
  };
  /// Puts the entry into the TLB in this cycle.
  bool writes_tlb(const Context& context) const {
    return state_ == State::leaf && !needs_update(context);
  }

  void start(For walk) {
    state_ = State::address;
    for_ = walk;
    next_level_ = root_level;
  }
  void abandon() {
    state_ = State::idle;
    next_level_ = root_level;
  }

  struct MemoryAnswer {
    bool stalls;
    bool fault;           ///< there is no memory for page tables at the address
    std::uint64_t entry;  ///< what a read found
  };
  void clock(const Context& context, const MemoryAnswer& memory);

 private:
  enum class State : std::uint8_t { idle, address, read, leaf, update, fault };
  static constexpr unsigned root_level = 2;

  bool is_pointer() const;
  bool pointer_is_bad() const;
  bool needs_update(const Context& context) const;
  std::uint64_t address_of_entry(const Context& context) const;

  State state_ = State::idle;
  For for_ = For::data;
  Fault fault_ = Fault::access;
  unsigned level_ = root_level;       ///< of the entry that was read last
  unsigned next_level_ = root_level;  ///< of the one to be read
  std::uint64_t entry_ = 0;
  std::uint64_t entry_address_ = 0;
};

}  // namespace cyclevisor
