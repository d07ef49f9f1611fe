// A translation look-aside buffer: fully associative, any page size. It holds entries as the walker
// read them, also invalid ones; whether an access is permitted is decided at each hit (timing
// rules, section 9).
#pragma once

#include <cstdint>
#include <vector>

#include "models/base/types.hpp"

namespace cyclevisor {

class Tlb {
 public:
  /// `entries`: 1..64. Anything else throws std::invalid_argument.
  explicit Tlb(unsigned entries);

  /// What matches an address. More than one entry may: then their bits are or-ed.
  struct Match {
    bool hit = false;
    std::uint64_t pte = 0;
    unsigned level = 0;         ///< 0: 4 KiB, 1: 2 MiB, 2: 1 GiB
    std::uint64_t entries = 0;  ///< bit n: entry n
  };
  Match match(std::uint64_t address, std::uint64_t satp) const;

  /// A hitting access marks the entries as used.
  void use(const Match& match);
  /// Replaces the first entry that is not marked as used.
  void write(std::uint64_t address, std::uint64_t satp, std::uint64_t pte, unsigned level);
  /// Invalidates all entries; the marks stay.
  void flush();

 private:
  struct Entry {
    bool valid = false;
    std::uint64_t page = 0;
    std::uint64_t asid = 0;
    std::uint64_t pte = 0;
    unsigned level = 0;
  };
  void mark(std::uint64_t used);

  std::vector<Entry> entries_;
  std::uint64_t all_;
  std::uint64_t used_ = 0;  ///< bit n: entry n
};

/// Where a matching entry leads to: for a superpage the low part of the page number is the
/// address's own.
PhysicalAddress translated(const Tlb::Match& match, std::uint64_t address);

/// Who accesses, and the status bits that count for it.
struct AccessRights {
  enum class Kind : std::uint8_t { fetch, read, write };
  Kind kind = Kind::read;
  PrivilegeMode mode = PrivilegeMode::machine;
  bool sum = false;
  bool mxr = false;
  bool reads_too = false;  ///< kind write: an AMO
};

/// What the entry's bits say to an access.
enum class TlbVerdict : std::uint8_t {
  permitted,
  page_fault,
  update,  ///< permitted once the accessed or dirty bit is set
};
enum class AccessedDirtyUpdate : std::uint8_t { page_fault, by_walker };
TlbVerdict judge(const Tlb::Match& match, std::uint64_t address, const AccessRights& rights,
                 AccessedDirtyUpdate policy);

/// Bits 63:39 of an Sv39 address are copies of bit 38.
bool is_canonical(std::uint64_t address);

}  // namespace cyclevisor
