#include "models/pipeline/tlb.hpp"

#include <stdexcept>

#include "models/mmu/pte.hpp"

namespace cyclevisor {
namespace {

constexpr unsigned bits_per_level = 9;

std::uint64_t low_bits(unsigned count) {
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

std::uint64_t asid_of(std::uint64_t satp) { return (satp >> atp::asid_shift) & 0xffff; }

/// The page number as far as it is translated: 27 bits.
std::uint64_t page_of(std::uint64_t address) {
  return (address >> pte::page_shift) & low_bits(3 * bits_per_level);
}

}  // namespace

Tlb::Tlb(unsigned entries) : entries_(entries), all_(low_bits(entries)) {
  if (entries == 0 || entries > 64) throw std::invalid_argument("a TLB has 1 to 64 entries");
}

Tlb::Match Tlb::match(std::uint64_t address, std::uint64_t satp) const {
  Match result;
  const std::uint64_t page = page_of(address);
  for (unsigned i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (!entry.valid || (page ^ entry.page) >> (bits_per_level * entry.level) != 0) continue;
    if (entry.asid != asid_of(satp) && (entry.pte & pte::global) == 0) continue;
    result.hit = true;
    result.pte |= entry.pte;
    result.level |= entry.level;
    result.entries |= std::uint64_t{1} << i;
  }
  return result;
}

void Tlb::mark(std::uint64_t used) {
  used_ |= used;
  // When the last one is marked, all marks are taken away.
  if (used_ == all_) used_ = 0;
}

void Tlb::use(const Match& match) {
  if (match.hit) mark(match.entries);
}

void Tlb::write(std::uint64_t address, std::uint64_t satp, std::uint64_t pte, unsigned level) {
  unsigned victim = 0;
  while ((used_ >> victim & 1) != 0) ++victim;
  Entry& entry = entries_[victim];
  entry.valid = true;
  entry.page = page_of(address);
  entry.asid = asid_of(satp);
  entry.pte = pte;
  entry.level = level;
  mark(std::uint64_t{1} << victim);
}

void Tlb::flush() {
  for (Entry& entry : entries_) entry.valid = false;
}

PhysicalAddress translated(const Tlb::Match& match, std::uint64_t address) {
  const std::uint64_t own = low_bits(bits_per_level * match.level);
  const std::uint64_t page = (pte::ppn(match.pte) & ~own) | (page_of(address) & own);
  return PhysicalAddress(page << pte::page_shift | (address & (pte::page_bytes - 1)));
}

bool is_canonical(std::uint64_t address) {
  const auto high = static_cast<std::int64_t>(address) >> 38;
  return high == 0 || high == -1;
}

TlbVerdict judge(const Tlb::Match& match, std::uint64_t address, const AccessRights& rights,
                 AccessedDirtyUpdate policy) {
  const std::uint64_t entry = match.pte;
  const auto has = [entry](std::uint64_t bit) { return (entry & bit) != 0; };
  const bool is_fetch = rights.kind == AccessRights::Kind::fetch;
  const bool is_write = rights.kind == AccessRights::Kind::write;

  const bool user_page = has(pte::user);
  bool allowed = has(pte::valid) && is_canonical(address) && (entry & pte::reserved) == 0;
  if (rights.mode == PrivilegeMode::user) allowed = allowed && user_page;
  if (rights.mode == PrivilegeMode::supervisor) {
    allowed = allowed && (!user_page || (!is_fetch && rights.sum));
  }
  // A superpage lies at a multiple of its size.
  allowed = allowed && (pte::ppn(entry) & low_bits(bits_per_level * match.level)) == 0;
  if (is_fetch) {
    allowed = allowed && has(pte::execute);
  } else {
    const bool readable = has(pte::read) || (rights.mxr && has(pte::execute));
    const bool reads = !is_write || rights.reads_too;
    allowed = allowed && (!reads || readable) && (!is_write || has(pte::write)) &&
              !(has(pte::write) && !has(pte::read));
  }
  const bool update = !has(pte::accessed) || (is_write && !has(pte::dirty));
  if (!allowed) return TlbVerdict::page_fault;
  if (!update) return TlbVerdict::permitted;
  return policy == AccessedDirtyUpdate::by_walker ? TlbVerdict::update : TlbVerdict::page_fault;
}

}  // namespace cyclevisor
