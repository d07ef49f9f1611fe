// Physical memory protection (privileged specification, "Physical Memory Protection"): the PMP
// CSRs with their WARL and lock rules, and the check of an access against them.
#pragma once

#include <array>
#include <cstdint>

#include "models/base/types.hpp"
#include "models/mmu/access.hpp"

namespace cyclevisor {

/// The result of a PMP check of a whole address range.
enum class PmpVerdict : std::uint8_t {
  permitted,  ///< every access inside the range succeeds
  denied,     ///< every access inside the range fails
  mixed,      ///< it depends on the access: call `permits` for each one
};

/// The PMP of one hart. RV64, granularity 4 bytes (G = 0), no Smepmp.
class PmpUnit {
 public:
  static constexpr unsigned max_entries = 16;

  /// `entries`: 0 (no PMP: CSRs read zero, everything is permitted) to 16.
  /// `physical_address_bits`: 32..56; pmpaddr bits above read zero.
  explicit PmpUnit(unsigned entries = max_entries, unsigned physical_address_bits = 56);

  unsigned entries() const { return entries_; }

  /// Clears every entry, including locked ones.
  void reset();

  /// pmpcfg0, pmpcfg2, ... pmpcfg14 by their number (even on RV64): 8 entries each. Entries that
  /// do not exist read zero and ignore writes.
  std::uint64_t read_config(unsigned number) const;
  void write_config(unsigned number, std::uint64_t value);

  /// pmpaddr0..pmpaddr63, physical address bits 55:2.
  std::uint64_t read_address(unsigned entry) const;
  void write_address(unsigned entry, std::uint64_t value);

  /// Whether PMP permits one access of `bytes` bytes (1 or more, not wrapping around the address
  /// space). `mode` is the effective privilege mode: S for page-table accesses of any mode.
  bool permits(PhysicalAddress address, std::uint64_t bytes, AccessType type,
               PrivilegeMode mode) const {
    return unrestricted(mode) || check(address, bytes, type, mode);
  }

  /// For caches of permissions: the verdict for all accesses inside [first, first + bytes), e.g. a
  /// page. Valid until `generation` changes.
  PmpVerdict verdict(PhysicalAddress first, std::uint64_t bytes, AccessType type,
                     PrivilegeMode mode) const;

  /// True when this mode is never denied an access: there is no PMP; or (M) no entry is active; or
  /// the first active entry matches every address and grants the mode all permissions. An unlocked
  /// entry over part of the memory does restrict M-mode: an access that it matches only partially
  /// fails.
  bool unrestricted(PrivilegeMode mode) const {
    return mode == PrivilegeMode::machine ? machine_unrestricted_ : lower_unrestricted_;
  }

  /// Changes whenever a result of `permits` may have changed.
  std::uint64_t generation() const { return generation_; }

 private:
  /// The address range of an active entry, both ends included.
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint8_t config = 0;
  };

  bool check(PhysicalAddress address, std::uint64_t bytes, AccessType type,
             PrivilegeMode mode) const;
  bool is_locked(unsigned entry) const;
  void rebuild();

  unsigned entries_;
  std::uint64_t address_mask_;
  std::array<std::uint8_t, max_entries> config_{};
  std::array<std::uint64_t, max_entries> address_{};
  /// The active entries in priority order, recomputed at CSR writes.
  std::array<Range, max_entries> ranges_{};
  unsigned range_count_ = 0;
  bool machine_unrestricted_ = true;
  bool lower_unrestricted_ = true;  ///< all modes except M
  std::uint64_t generation_ = 0;
};

}  // namespace cyclevisor
