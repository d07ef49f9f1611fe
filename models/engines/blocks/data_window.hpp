// The data side of the fast path: pages whose loads and stores neither miss the TLB nor fault nor
// leave main memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "models/hart/execute/core.hpp"
#include "models/mmu/pte.hpp"
#include "models/timing/memory_map.hpp"
#include "models/timing/timing_state.hpp"
#include "models/timing/translator.hpp"

namespace cyclevisor {

class DataWindow {
 public:
  /// The references must outlive the object.
  DataWindow(TimingState& state, Core& core, const MemoryMap& map)
      : core_(core),
        map_(map),
        cache_(state.data_cache),
        tlb_(state.data_tlb),
        translator_(core, tlb_),
        cached_(cache_.present()) {}

  /// To be called after the stepped pipeline has run: drops what may have changed.
  void refresh();

  /// The operand in host memory if the access changes nothing but the data; otherwise null.
  std::byte* quick(std::uint64_t address, unsigned bytes, AccessType type) const {
    const Pages& pages = type == AccessType::load ? loads_ : stores_;
    const Page& page = pages[(address / pte::page_bytes) % page_count];
    const std::uint64_t offset = address & (pte::page_bytes - 1);
    // A misaligned address keeps bits that no page address has.
    if (page.tag != ((address & ~(pte::page_bytes - 1)) | (address & (bytes - 1)) | context_)) {
      return nullptr;
    }
    if (type == AccessType::store && is_watched(page, offset)) return nullptr;
    if (!cached_) return tlb_.is_used(page.match) ? page.host + offset : nullptr;
    const CacheArray& array = cache_.array;
    const PhysicalAddress physical(page.physical + offset);
    const CacheArray::Line& line = array.most_recent(array.set_of(physical));
    const bool nothing_changes = line.address == array.line_address(physical) && line.valid &&
                                 (type == AccessType::load || line.dirty) &&
                                 tlb_.is_used(page.match);
    return nothing_changes ? page.host + offset : nullptr;
  }

  /// One access. `find` prepares it without any effect that the pipeline could observe.
  struct Access {
    std::byte* host = nullptr;
    PhysicalAddress physical;
    const Tlb::Match* match = nullptr;
    unsigned set = 0;
    unsigned way = 0;
    bool hits = false;     ///< in the cache
    bool watched = false;  ///< a store to watched bytes
  };
  bool find(std::uint64_t address, unsigned bytes, AccessType type, Access& access);
  /// The physical address of an operand whose page has just been used.
  PhysicalAddress physical(std::uint64_t address, AccessType type) const {
    const Pages& pages = type == AccessType::load ? loads_ : stores_;
    return PhysicalAddress(pages[(address / pte::page_bytes) % page_count].physical +
                           address % pte::page_bytes);
  }

  /// Stall cycles of a miss; they depend on the victim.
  unsigned miss_cycles(const Access& access, AccessType type) const;
  /// Completes an access that has spent `cycles` cycles in M, before a store's data are written.
  void complete(const Access& access, AccessType type, unsigned cycles);
  /// Marks the translation as used for further cycles in M.
  void mark(const Access& access, unsigned cycles);

  /// Stores to these bytes, all in one page, are reported as `watched`.
  void watch(std::uint64_t physical, std::uint64_t bytes);

 private:
  static constexpr std::uint64_t no_page = 0;  ///< no context is 0
  struct Page {
    std::uint64_t tag = no_page;  ///< virtual page address and context
    std::byte* host = nullptr;
    std::uint64_t physical = 0;
    std::uint64_t watched = 0;  ///< for stores: bit n is the n-th 64th of the page
    Tlb::Match match;
  };
  static constexpr std::size_t page_count = 64;
  static constexpr unsigned piece_shift = 6;  ///< log2 of a 64th of a page
  static bool is_watched(const Page& page, std::uint64_t offset) {
    return (page.watched >> (offset >> piece_shift) & 1) != 0;
  }
  using Pages = std::array<Page, page_count>;

  bool open(std::uint64_t address, AccessType type, Page& page) const;

  Core& core_;
  const MemoryMap& map_;
  Cache& cache_;
  Tlb& tlb_;
  mutable Translator translator_;
  bool cached_;
  Pages loads_, stores_;
  std::uint64_t context_ = 0;  ///< of explicit accesses
  std::uint64_t translation_generation_ = ~std::uint64_t{0};
  std::uint64_t memory_generation_ = ~std::uint64_t{0};
  std::unordered_map<std::uint64_t, std::uint64_t> watched_;  ///< by physical page address
};

}  // namespace cyclevisor
