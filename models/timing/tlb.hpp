// A translation look-aside buffer: fully associative, any page size. It holds entries as the walker
// read them, including invalid ones; permissions are checked at each hit (timing rules, section 9).
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "models/base/types.hpp"
#include "models/hart/base/config.hpp"
#include "models/mmu/pte.hpp"
#include "models/mmu/translate.hpp"
#include "models/timing/settings.hpp"

namespace cyclevisor {

/// The address space that an entry belongs to: it matches only there.
struct TranslationSpace {
  std::uint64_t asid = 0;
  /// 0 outside virtual machines; otherwise V, VMID and which of the two stages are active.
  std::uint64_t machine = 0;
};

class Tlb {
 public:
  /// `entries`: up to 64, or 0 for one that never forgets. More throw std::invalid_argument.
  /// `paging` says how many bits of a page number an entry of a single stage compares; `judge`
  /// checks the rest. Entries that hold only permitted translations (two stages, or an ideal TLB)
  /// compare all of them.
  Tlb(std::uint64_t entries, PagingLevels paging, TlbOverlap overlap = TlbOverlap::merge);

  /// Keeps everything until it is flushed: an ideal TLB.
  bool forgets_nothing() const { return entries_.empty(); }

  /// The answer to a lookup. If more than one entry matches (TlbOverlap::merge only), their bits
  /// are ORed.
  struct Match {
    bool hit = false;
    std::uint64_t pte = 0;        ///< leaf of the first or only stage
    std::uint64_t guest_pte = 0;  ///< leaf of the G stage; 0 without one
    unsigned level = 0;           ///< 0: 4 KiB, 1: 2 MiB, 2: 1 GiB, 3: 512 GiB
    std::uint64_t frame = 0;      ///< physical page number of the entry's first page
    std::uint64_t entries = 0;    ///< bit n: entry n
  };
  Match match(std::uint64_t address, const TranslationSpace& space) const {
    const std::uint64_t page = page_of(address, space);
    Answer& answer = answers_[page % answers_.size()];
    if (answer.generation != generation_ || answer.page != page ||
        answer.space.asid != space.asid || answer.space.machine != space.machine) {
      answer = {generation_, page, space, find(page, space)};
    }
    return answer.found;
  }

  /// A hitting access marks the entries as used.
  void use(const Match& match) {
    if (match.entries != 0) mark(match.entries);
  }
  /// Replaces the first entry that is not marked as used, and with TlbOverlap::replace every entry
  /// that the new one overlaps. `found` describes the entry.
  void write(std::uint64_t address, const TranslationSpace& space, const Match& found);
  /// Invalidates all entries; the marks remain.
  void flush();

  /// Whether all entries of a match are marked as used.
  bool is_used(const Match& match) const { return is_used(match.entries); }
  bool is_used(std::uint64_t entries) const { return (entries & ~used_) == 0; }
  /// Changes whenever an answer of `match` may have changed.
  std::uint64_t generation() const { return generation_; }

 private:
  struct Entry {
    bool valid = false;
    std::uint64_t page = 0;
    TranslationSpace space;
    Match found;
  };
  /// A recent answer of `match`, for the speed of the simulator only.
  struct Answer {
    std::uint64_t generation = ~std::uint64_t{0};  ///< in which it is valid
    std::uint64_t page = 0;
    TranslationSpace space;
    Match found;
  };
  bool agrees(const Entry& entry, std::uint64_t page, const TranslationSpace& space) const;
  std::uint64_t page_of(std::uint64_t address, const TranslationSpace& space) const {
    const std::uint64_t page = address >> pte::page_shift;
    return space.machine != 0 || forgets_nothing() ? page : page & page_mask_;
  }
  Match find(std::uint64_t page, const TranslationSpace& space) const;
  void invalidate_overlapped(const Entry& entry);
  void mark(std::uint64_t used);

  std::vector<Entry> entries_;
  bool empty_ = true;
  std::unordered_multimap<std::uint64_t, Entry> all_entries_;  ///< by 4 KiB page; ideal only
  std::uint64_t page_mask_;
  std::uint64_t all_;
  TlbOverlap overlap_;
  std::uint64_t used_ = 0;  ///< bit n: entry n
  std::uint64_t generation_ = 0;
  mutable std::array<Answer, 16> answers_;
};

/// The entry that the walker of a single stage makes of a PTE, valid or not.
Tlb::Match entry_of(std::uint64_t pte, unsigned level);
/// The entry for the translation of an address.
Tlb::Match entry_of(const Translation& translation, std::uint64_t address);

/// The physical address behind a matching entry. In a superpage, the low part of the page number
/// comes from the address.
PhysicalAddress translated(const Tlb::Match& match, std::uint64_t address);

/// What the bits of a single-stage entry mean for an access.
enum class TlbVerdict : std::uint8_t {
  permitted,
  page_fault,
  update,  ///< permitted once the accessed or dirty bit is set
};
/// `levels`: 3 for Sv39, 4 for Sv48.
TlbVerdict judge(const Tlb::Match& match, const TranslationRequest& request, unsigned levels,
                 AccessedDirty policy);

/// Bits 63:39 of an Sv39 address are copies of bit 38, bits 63:48 of an Sv48 one of bit 47.
bool is_canonical(std::uint64_t address, unsigned levels);

}  // namespace cyclevisor
