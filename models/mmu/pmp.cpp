#include "models/mmu/pmp.hpp"

#include <stdexcept>

namespace cyclevisor {
namespace {

constexpr std::uint8_t read_bit = 1 << 0;
constexpr std::uint8_t write_bit = 1 << 1;
constexpr std::uint8_t execute_bit = 1 << 2;
constexpr std::uint8_t all_permissions = read_bit | write_bit | execute_bit;
constexpr std::uint8_t lock_bit = 1 << 7;
/// Bits 6:5 of a configuration byte are WARL zero.
constexpr std::uint8_t implemented_bits = 0x9f;

constexpr unsigned entries_per_config = 8;
constexpr unsigned address_shift = 2;  // pmpaddr holds bits 55:2

/// The A field: the address-matching mode, which determines how pmpaddr is interpreted.
enum class Matching : std::uint8_t { off = 0, tor = 1, na4 = 2, napot = 3 };

constexpr Matching matching(std::uint8_t config) {
  return static_cast<Matching>((config >> 3) & 3);
}

constexpr std::uint8_t needed_bit(AccessType type) {
  switch (type) {
    case AccessType::fetch:
      return execute_bit;
    case AccessType::load:
      return read_bit;
    case AccessType::store:
      break;
  }
  return write_bit;
}

/// R, W and X are one WARL field in which R=0 with W=1 is reserved; it becomes R=0, W=0.
constexpr std::uint8_t legal_config(std::uint8_t config) {
  config &= implemented_bits;
  if ((config & read_bit) == 0) config &= static_cast<std::uint8_t>(~write_bit);
  return config;
}

}  // namespace

PmpUnit::PmpUnit(unsigned entries, unsigned physical_address_bits) : entries_(entries) {
  if (entries > max_entries) throw std::invalid_argument("PMP: at most 16 entries");
  if (physical_address_bits < 32 || physical_address_bits > 56) {
    throw std::invalid_argument("PMP: physical addresses have 32 to 56 bits");
  }
  address_mask_ = (std::uint64_t{1} << (physical_address_bits - address_shift)) - 1;
  rebuild();
}

void PmpUnit::reset() {
  config_.fill(0);
  address_.fill(0);
  rebuild();
}

std::uint64_t PmpUnit::read_config(unsigned number) const {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < entries_per_config; ++i) {
    // pmpcfg2 holds entries 8..15: on RV64 only even numbers exist.
    const unsigned entry = number / 2 * entries_per_config + i;
    if (entry < entries_) value |= std::uint64_t{config_[entry]} << (8 * i);
  }
  return value;
}

void PmpUnit::write_config(unsigned number, std::uint64_t value) {
  for (unsigned i = 0; i < entries_per_config; ++i) {
    const unsigned entry = number / 2 * entries_per_config + i;
    if (entry >= entries_ || is_locked(entry)) continue;
    config_[entry] = legal_config(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  rebuild();
}

std::uint64_t PmpUnit::read_address(unsigned entry) const {
  return entry < entries_ ? address_[entry] : 0;
}

void PmpUnit::write_address(unsigned entry, std::uint64_t value) {
  if (entry >= entries_ || is_locked(entry)) return;
  // "Locking and Privilege Mode": a locked TOR entry locks its lower bound as well.
  const unsigned next = entry + 1;
  if (next < entries_ && is_locked(next) && matching(config_[next]) == Matching::tor) return;
  address_[entry] = value & address_mask_;
  rebuild();
}

bool PmpUnit::is_locked(unsigned entry) const { return (config_[entry] & lock_bit) != 0; }

void PmpUnit::rebuild() {
  range_count_ = 0;
  for (unsigned entry = 0; entry < entries_; ++entry) {
    Range range;
    range.config = config_[entry];
    const std::uint64_t address = address_[entry];
    switch (matching(range.config)) {
      case Matching::off:
        continue;
      case Matching::tor: {
        const std::uint64_t bottom = entry == 0 ? 0 : address_[entry - 1];
        if (bottom >= address) continue;  // matches no address
        range.first = bottom << address_shift;
        range.last = (address << address_shift) - 1;
        break;
      }
      case Matching::na4:
        range.first = address << address_shift;
        range.last = range.first + 3;
        break;
      case Matching::napot: {
        // Bits up to the lowest zero are "don't care"; all ones match the whole space.
        const std::uint64_t dont_care = address ^ (address + 1);
        range.first = (address & ~dont_care) << address_shift;
        range.last = ((address | dont_care) << address_shift) | 3;
        break;
      }
    }
    ranges_[range_count_++] = range;
  }
  const std::uint64_t last_address = (address_mask_ << address_shift) | 3;
  const bool first_matches_all =
      range_count_ != 0 && ranges_[0].first == 0 && ranges_[0].last >= last_address;
  const bool first_grants_all =
      first_matches_all && (ranges_[0].config & all_permissions) == all_permissions;
  const bool first_is_locked = range_count_ != 0 && (ranges_[0].config & lock_bit) != 0;
  machine_unrestricted_ =
      range_count_ == 0 || first_grants_all || (first_matches_all && !first_is_locked);
  lower_unrestricted_ = entries_ == 0 || first_grants_all;
  ++generation_;
}

bool PmpUnit::check(PhysicalAddress address, std::uint64_t bytes, AccessType type,
                    PrivilegeMode mode) const {
  const std::uint64_t first = address.value;
  const std::uint64_t last = first + (bytes - 1);
  for (unsigned i = 0; i < range_count_; ++i) {
    const Range& range = ranges_[i];
    if (last < range.first || first > range.last) continue;
    // An access of which an entry matches only some bytes fails, regardless of the entry's
    // permissions and of the mode ("Priority and Matching Logic").
    if (first < range.first || last > range.last) return false;
    if (mode == PrivilegeMode::machine && (range.config & lock_bit) == 0) return true;
    return (range.config & needed_bit(type)) != 0;
  }
  return mode == PrivilegeMode::machine;
}

PmpVerdict PmpUnit::verdict(PhysicalAddress first_address, std::uint64_t bytes, AccessType type,
                            PrivilegeMode mode) const {
  if (unrestricted(mode)) return PmpVerdict::permitted;
  const std::uint64_t first = first_address.value;
  const std::uint64_t last = first + (bytes - 1);
  for (unsigned i = 0; i < range_count_; ++i) {
    const Range& range = ranges_[i];
    if (last < range.first || first > range.last) continue;
    if (first < range.first || last > range.last) return PmpVerdict::mixed;
    break;
  }
  return check(first_address, bytes, type, mode) ? PmpVerdict::permitted : PmpVerdict::denied;
}

}  // namespace cyclevisor
