// Access types and fault causes that address translation and PMP share.
#pragma once

#include <cstdint>

namespace cyclevisor {

/// The type of an access, as permissions and exception causes distinguish it. LR is a load; SC and
/// AMOs are stores (unprivileged specification, "A" extension; privileged specification, PMP: an
/// entry with W=1 has R=1, so a store permission covers both halves of an AMO).
enum class AccessType : std::uint8_t { fetch, load, store };

/// The exception codes of `mcause` (privileged specification, "Machine Cause Register") that memory
/// protection raises.
enum class ProtectionCause : std::uint8_t {
  instruction_access_fault = 1,
  load_access_fault = 5,
  store_access_fault = 7,
  instruction_page_fault = 12,
  load_page_fault = 13,
  store_page_fault = 15,
  instruction_guest_page_fault = 20,
  load_guest_page_fault = 21,
  store_guest_page_fault = 23,
};

}  // namespace cyclevisor
