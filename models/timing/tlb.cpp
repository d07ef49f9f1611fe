#include "models/timing/tlb.hpp"

#include <algorithm>
#include <stdexcept>

#include "models/mmu/pte.hpp"

namespace cyclevisor {
namespace {

constexpr unsigned bits_per_level = 9;

std::uint64_t low_bits(unsigned count) {
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

}  // namespace

Tlb::Tlb(std::uint64_t entries, PagingLevels paging, TlbOverlap overlap)
    : entries_(entries),
      page_mask_(low_bits(bits_per_level * (paging == PagingLevels::sv48 ? 4 : 3))),
      all_(low_bits(static_cast<unsigned>(entries))),
      overlap_(overlap) {
  if (entries > 64) throw std::invalid_argument("a TLB has at most 64 entries");
}

bool Tlb::agrees(const Entry& entry, std::uint64_t page, const TranslationSpace& space) const {
  return entry.valid && (page ^ entry.page) >> (bits_per_level * entry.found.level) == 0 &&
         entry.space.machine == space.machine &&
         (entry.space.asid == space.asid || (entry.found.pte & pte::global) != 0);
}

Tlb::Match Tlb::find(std::uint64_t page, const TranslationSpace& space) const {
  Match result;
  if (empty_) return result;
  if (forgets_nothing()) {
    const auto [first, last] = all_entries_.equal_range(page);
    for (auto found = first; found != last; ++found) {
      if (agrees(found->second, page, space)) return found->second.found;
    }
    return result;
  }
  for (unsigned i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (!agrees(entry, page, space)) continue;
    result.hit = true;
    result.pte |= entry.found.pte;
    result.guest_pte |= entry.found.guest_pte;
    result.level |= entry.found.level;
    result.frame |= entry.found.frame;
    result.entries |= std::uint64_t{1} << i;
  }
  return result;
}

void Tlb::mark(std::uint64_t used) {
  used_ |= used;
  // Marking the last entry clears all marks.
  if (used_ == all_) used_ = 0;
}

void Tlb::write(std::uint64_t address, const TranslationSpace& space, const Match& found) {
  ++generation_;
  const Entry entry{true, page_of(address, space), space, found};
  empty_ = false;
  if (forgets_nothing()) {
    const auto [first, last] = all_entries_.equal_range(entry.page);
    for (auto old = first; old != last; ++old) {
      if (!agrees(old->second, entry.page, space)) continue;
      old->second = entry;
      return;
    }
    all_entries_.emplace(entry.page, entry);
    return;
  }
  if (overlap_ == TlbOverlap::replace) invalidate_overlapped(entry);
  unsigned victim = 0;
  while ((used_ >> victim & 1) != 0) ++victim;
  entries_[victim] = entry;
  mark(std::uint64_t{1} << victim);
}

void Tlb::invalidate_overlapped(const Entry& entry) {
  for (Entry& old : entries_) {
    const unsigned level = std::max(old.found.level, entry.found.level);
    const bool same_space = old.space.machine == entry.space.machine &&
                            (old.space.asid == entry.space.asid ||
                             ((old.found.pte | entry.found.pte) & pte::global) != 0);
    if (same_space && (old.page ^ entry.page) >> (bits_per_level * level) == 0) old.valid = false;
  }
}

void Tlb::flush() {
  ++generation_;
  empty_ = true;
  all_entries_.clear();
  for (Entry& entry : entries_) entry.valid = false;
}

Tlb::Match entry_of(std::uint64_t entry, unsigned level) {
  Tlb::Match match;
  match.hit = true;
  match.pte = entry;
  match.level = level;
  match.frame = pte::ppn(entry);
  return match;
}

Tlb::Match entry_of(const Translation& translation, std::uint64_t address) {
  Tlb::Match match;
  match.hit = true;
  match.pte = translation.leaf | (translation.global ? pte::global : 0);
  match.guest_pte = translation.guest_leaf;
  while ((pte::page_bytes << (bits_per_level * (match.level + 1))) <= translation.page_bytes) {
    ++match.level;
  }
  const std::uint64_t offset = address & (translation.page_bytes - 1);
  match.frame = (translation.physical.value - offset) >> pte::page_shift;
  return match;
}

PhysicalAddress translated(const Tlb::Match& match, std::uint64_t address) {
  const std::uint64_t own = low_bits(pte::page_shift + bits_per_level * match.level);
  return PhysicalAddress(((match.frame << pte::page_shift) & ~own) | (address & own));
}

bool is_canonical(std::uint64_t address, unsigned levels) {
  const unsigned address_bits = pte::page_shift + bits_per_level * levels;
  const auto high = static_cast<std::int64_t>(address) >> (address_bits - 1);
  return high == 0 || high == -1;
}

TlbVerdict judge(const Tlb::Match& match, const TranslationRequest& request, unsigned levels,
                 AccessedDirty policy) {
  const std::uint64_t entry = match.pte;
  const auto has = [entry](std::uint64_t bit) { return (entry & bit) != 0; };
  const bool is_fetch = request.type == AccessType::fetch;
  const bool is_write = request.type == AccessType::store;

  const bool user_page = has(pte::user);
  bool allowed = has(pte::valid) && is_canonical(request.address.value, levels) &&
                 (entry & pte::reserved) == 0 && (!has(pte::write) || has(pte::read));
  if (request.mode == PrivilegeMode::user) allowed = allowed && user_page;
  if (request.mode == PrivilegeMode::supervisor) {
    allowed = allowed && (!user_page || (!is_fetch && request.sum));
  }
  // A superpage is aligned to its size.
  allowed = allowed && (match.frame & low_bits(bits_per_level * match.level)) == 0;
  switch (request.type) {
    case AccessType::fetch:
      allowed = allowed && has(pte::execute);
      break;
    case AccessType::load:
      allowed = allowed && (has(pte::read) || (request.mxr && has(pte::execute)));
      break;
    case AccessType::store:
      allowed = allowed && has(pte::write);
      break;
  }
  const bool update = !has(pte::accessed) || (is_write && !has(pte::dirty));
  if (!allowed) return TlbVerdict::page_fault;
  if (!update) return TlbVerdict::permitted;
  return policy == AccessedDirty::update ? TlbVerdict::update : TlbVerdict::page_fault;
}

}  // namespace cyclevisor
