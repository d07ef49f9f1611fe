// Page-table entries and the layout of satp, vsatp and hgatp (privileged specification, "Sv39:
// Page-Based 39-bit Virtual-Memory System" and "Hypervisor Guest Address Translation and
// Protection Register").
#pragma once

#include <cstdint>

namespace cyclevisor {

/// The bits of a 64-bit page-table entry.
namespace pte {
constexpr std::uint64_t valid = 1 << 0;
constexpr std::uint64_t read = 1 << 1;
constexpr std::uint64_t write = 1 << 2;
constexpr std::uint64_t execute = 1 << 3;
constexpr std::uint64_t user = 1 << 4;
constexpr std::uint64_t global = 1 << 5;
constexpr std::uint64_t accessed = 1 << 6;
constexpr std::uint64_t dirty = 1 << 7;
/// N (Svnapot), PBMT (Svpbmt) and the bits reserved for future standards. None of these extensions
/// is implemented, so a PTE with one of the bits set causes a page fault.
constexpr std::uint64_t reserved = ~std::uint64_t{0} << 54;

constexpr unsigned ppn_shift = 10;
constexpr unsigned ppn_bits = 44;
constexpr unsigned page_shift = 12;
constexpr std::uint64_t page_bytes = std::uint64_t{1} << page_shift;

constexpr std::uint64_t ppn(std::uint64_t entry) {
  return (entry >> ppn_shift) & ((std::uint64_t{1} << ppn_bits) - 1);
}
}  // namespace pte

/// The fields of satp, vsatp and hgatp (hgatp has VMID instead of ASID).
namespace atp {
/// MODE. For hgatp, sv39 and sv48 mean Sv39x4 and Sv48x4, which have the same encodings.
enum class Mode : std::uint8_t { bare = 0, sv39 = 8, sv48 = 9 };

constexpr unsigned mode_shift = 60;
constexpr unsigned asid_shift = 44;

constexpr Mode mode(std::uint64_t atp) { return static_cast<Mode>(atp >> mode_shift); }
constexpr std::uint64_t ppn(std::uint64_t atp) {
  return atp & ((std::uint64_t{1} << asid_shift) - 1);
}
}  // namespace atp

}  // namespace cyclevisor
