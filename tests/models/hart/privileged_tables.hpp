// Page tables inside a Machine's memory.
#pragma once

#include "tests/models/hart/privileged_machine.hpp"

namespace cyclevisor::test {

/// Bits of a page-table entry.
namespace entry {
constexpr std::uint64_t V = 1, R = 2, W = 4, X = 8, U = 16, A = 64, D = 128;
constexpr std::uint64_t rwx = V | R | W | X | A | D;
}  // namespace entry
constexpr std::uint64_t page = 0x1000;

/// Sv39 tables in a machine's memory. They map code, vectors and data to themselves for one
/// privilege level; a test adds single pages.
class Tables {
 public:
  /// Three root-to-leaf tables and some spare pages at `root` (16 KiB aligned).
  Tables(Machine& machine, std::uint64_t root)
      : machine_(machine), root_(root), next_(root + 0x4000) {}

  std::uint64_t atp() const { return std::uint64_t{8} << 60 | root_ >> 12; }

  /// Returns the address of the leaf entry.
  std::uint64_t map(std::uint64_t from, std::uint64_t to, std::uint64_t flags) {
    std::uint64_t table = root_;
    for (unsigned level = 2; level > 0; --level) {
      const std::uint64_t address_of_entry =
          table + (from >> (12 + 9 * level) & (level == 2 ? 0x7ff : 0x1ff)) * 8;
      if (machine_.get64(address_of_entry) == 0) {
        machine_.put64(address_of_entry, next_ >> 12 << 10 | entry::V);
        next_ += page;
      }
      table = machine_.get64(address_of_entry) >> 10 << 12;
    }
    const std::uint64_t leaf = table + (from >> 12 & 0x1ff) * 8;
    machine_.put64(leaf, to >> 12 << 10 | flags);
    return leaf;
  }
  void map_all(std::uint64_t flags) {
    for (std::uint64_t at = ram; at < ram + ram_bytes; at += page) map(at, at, flags);
  }

 private:
  Machine& machine_;
  std::uint64_t root_;
  std::uint64_t next_;
};

constexpr std::uint64_t first_root = ram + 0x1'0000;
constexpr std::uint64_t guest_root = ram + 0x2'0000;
constexpr std::uint64_t window = 0x5000'0000;  ///< two virtual pages for the tests

struct Paged : Machine {
  explicit Paged(PrivilegeMode mode_, MisalignedAccess misaligned = MisalignedAccess::hardware,
                 TestEngine engine = test_engine)
      : Machine(default_isa, misaligned, engine),
        mode_used(mode_),
        first(*this, first_root),
        guest(*this, guest_root) {
    const bool user = (static_cast<unsigned>(mode_) & 3) == 0;
    privilege = user ? entry::U : 0;
    first.map_all(entry::rwx | privilege);
    guest.map_all(entry::rwx | entry::U);
    if (is_virtual(mode_)) {
      set(number::vsatp, first.atp());
      set(number::hgatp, guest.atp());
    } else {
      set(number::satp, first.atp());
    }
    hart().set_x(10, window);
    put64(data, 0x1122'3344'5566'7788);
  }

  Step run(std::uint32_t instruction) { return Machine::run(mode_used, instruction); }

  PrivilegeMode mode_used;
  std::uint64_t privilege = 0;
  Tables first;
  Tables guest;
};

inline void check_trap(const Step& step, unsigned cause, std::uint64_t tval) {
  REQUIRE(step.trap);
  CHECK(step.trap->cause == cause);
  CHECK(step.trap->tval == tval);
}

}  // namespace cyclevisor::test
