// The configuration of a hart: settings that are fixed while it runs.
#pragma once

#include <cstdint>

#include "models/hart/isa/extensions.hpp"

namespace cyclevisor {

/// How the hart treats a load or store whose address is not a multiple of its size (unprivileged
/// specification, "Load and Store Instructions": the execution environment decides). Atomics always
/// need natural alignment.
enum class MisalignedAccess : std::uint8_t {
  hardware,  ///< main memory: performed bytewise; devices: access fault
  trap,      ///< address-misaligned exception
};

/// The paging modes that `satp` supports. A mode with more levels includes those with fewer.
enum class PagingLevels : std::uint8_t { bare_only, sv39, sv48 };

struct HartConfig {
  ExtensionSet extensions;
  std::uint64_t hart_id = 0;
  MisalignedAccess misaligned = MisalignedAccess::hardware;
  PagingLevels paging = PagingLevels::sv48;
  /// PMP entries: 0 (the CSRs read zero, everything is permitted) or 16.
  unsigned pmp_entries = 16;
  /// Width of a physical address, 32..56 bits; an address beyond it is an access fault.
  unsigned physical_address_bits = 56;
};

}  // namespace cyclevisor
