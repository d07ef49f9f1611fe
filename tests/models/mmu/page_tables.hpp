// Page tables for tests: a sparse memory that can refuse accesses, and a builder.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "models/mmu/translate.hpp"

namespace cyclevisor::test {

/// Memory that is zero (hence full of invalid entries) where nothing was written.
class TableMemory : public PageTableMemory {
 public:
  std::map<std::uint64_t, std::uint64_t> words;
  std::set<std::uint64_t> unreadable;
  std::set<std::uint64_t> unwritable;
  /// Runs once before the next compare_exchange, to simulate a concurrent write by another hart.
  std::function<void()> before_exchange;
  unsigned exchanges = 0;

  PteStatus read(PhysicalAddress address, std::uint64_t& entry) override {
    if (unreadable.count(address.value) != 0) return PteStatus::access_fault;
    const auto word = words.find(address.value);
    entry = word == words.end() ? 0 : word->second;
    return PteStatus::ok;
  }

  PteStatus compare_exchange(PhysicalAddress address, std::uint64_t expected,
                             std::uint64_t desired) override {
    if (unwritable.count(address.value) != 0) return PteStatus::access_fault;
    if (before_exchange) std::exchange(before_exchange, nullptr)();
    if (words[address.value] != expected) return PteStatus::changed;
    words[address.value] = desired;
    ++exchanges;
    return PteStatus::ok;
  }
};

class StepRecorder : public WalkObserver {
 public:
  std::vector<WalkStep> steps;
  void on_step(const WalkStep& step) override { steps.push_back(step); }
};

/// Leaf flags that grant U-mode all permissions and need no A/D update.
constexpr std::uint64_t all_user =
    pte::valid | pte::read | pte::write | pte::execute | pte::user | pte::accessed | pte::dirty;
/// The same for S-mode.
constexpr std::uint64_t all_supervisor = all_user & ~pte::user;

constexpr std::uint64_t make_entry(std::uint64_t address, std::uint64_t flags) {
  return (address >> 12 << 10) | flags;
}

/// Builds one stage's tables in consecutive pages from `root` on, in the address space of the next
/// stage (plus `host_offset` they are physical addresses).
class TableBuilder {
 public:
  TableBuilder(TableMemory& memory, unsigned levels, std::uint64_t root,
               std::uint64_t host_offset = 0)
      : memory_(memory),
        levels_(levels),
        root_(root),
        next_table_(root + 0x4000),
        host_offset_(host_offset) {}

  /// Maps the page of `level` that contains `from`; returns the physical address of the leaf entry.
  std::uint64_t map(std::uint64_t from, std::uint64_t to, std::uint64_t flags, unsigned level = 0) {
    const std::uint64_t address_of_entry = entry_address(from, level);
    memory_.words[address_of_entry] = make_entry(to, flags);
    return address_of_entry;
  }

  /// Physical address of the entry for `from` at `level`; creates the non-leaf entries above it.
  std::uint64_t entry_address(std::uint64_t from, unsigned level) {
    std::uint64_t table = root_;
    for (unsigned i = levels_ - 1;; --i) {
      // Root tables get 11 bits of index, which an Sv39/Sv48 address (below bit 38/47) never uses.
      const std::uint64_t mask = i == levels_ - 1 ? 0x7ff : 0x1ff;
      const std::uint64_t address_of_entry =
          table + host_offset_ + ((from >> (12 + 9 * i)) & mask) * 8;
      if (i == level) return address_of_entry;
      std::uint64_t& entry = memory_.words[address_of_entry];
      if (entry == 0) {
        entry = make_entry(next_table_, pte::valid);
        next_table_ += 0x1000;
      }
      table = entry >> 10 << 12;
    }
  }

  /// satp, vsatp or hgatp.
  std::uint64_t atp() const {
    return (std::uint64_t{levels_ == 3 ? 8u : 9u} << 60) | (root_ >> 12);
  }

 private:
  TableMemory& memory_;
  unsigned levels_;
  std::uint64_t root_;
  std::uint64_t next_table_;
  std::uint64_t host_offset_;
};

inline const char* text(TranslationFault::Kind kind) {
  switch (kind) {
    case TranslationFault::Kind::page:
      return "page";
    case TranslationFault::Kind::guest_page:
      return "guest-page";
    case TranslationFault::Kind::access:
      return "access";
  }
  return "?";
}

/// "ok", or the kind of fault.
inline const char* outcome(const std::variant<Translation, TranslationFault>& result) {
  const auto* fault = std::get_if<TranslationFault>(&result);
  return fault == nullptr ? "ok" : text(fault->kind);
}

constexpr AccessType access_types[] = {AccessType::fetch, AccessType::load, AccessType::store};

}  // namespace cyclevisor::test
