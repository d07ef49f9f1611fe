#include "models/engines/blocks/data_window.hpp"

#include "models/engines/blocks/steady_lookup.hpp"
#include "models/mmu/pte.hpp"

namespace cyclevisor {

void DataWindow::refresh() {
  const MemoryUnit& unit = core_.memory;
  context_ = unit.data_context();
  const std::uint64_t translation = tlb_.generation();
  const std::uint64_t memory = unit.generation();
  if (translation == translation_generation_ && memory == memory_generation_) return;
  translation_generation_ = translation;
  memory_generation_ = memory;
  for (Pages* pages : {&loads_, &stores_}) {
    for (Page& page : *pages) page.tag = no_page;
  }
}

void DataWindow::watch(std::uint64_t physical, std::uint64_t bytes) {
  const std::uint64_t first = physical % pte::page_bytes;
  std::uint64_t& pieces = watched_[physical - first];
  for (std::uint64_t piece = first >> piece_shift; piece <= (first + bytes - 1) >> piece_shift;
       ++piece) {
    pieces |= std::uint64_t{1} << piece;
  }
  for (Page& page : stores_) {
    if (page.physical == physical - first) page.watched = pieces;
  }
}

bool DataWindow::open(std::uint64_t address, AccessType type, Page& page) const {
  const TranslationRequest request = core_.memory.data_request(address, type);
  const auto found = look_up_steadily(translator_, request);
  if (!found) return false;
  const std::uint64_t offset = address & (pte::page_bytes - 1);
  const PhysicalAddress physical = found->physical - offset;
  page.tag = (address - offset) | context_;
  page.physical = physical.value;
  page.match = found->match;
  for (const PhysicalAddress end : {physical, physical + (pte::page_bytes - 1)}) {
    const MemoryAttributes attributes = map_.attributes(end);
    const bool all_sizes = attributes.sizes == 1 + 2 + 4 + 8;
    const bool permitted = type == AccessType::store ? attributes.writable : attributes.readable;
    if (!attributes.cacheable || !permitted || !all_sizes) return false;
  }
  if (core_.csrs.pmp.verdict(physical, pte::page_bytes, type, request.mode) !=
      PmpVerdict::permitted) {
    return false;
  }
  if (type == AccessType::store) {
    const auto found_watched = watched_.find(physical.value);
    page.watched = found_watched == watched_.end() ? 0 : found_watched->second;
  }
  page.host = core_.memory.direct(physical, pte::page_bytes, type);
  return page.host != nullptr;
}

bool DataWindow::find(std::uint64_t address, unsigned bytes, AccessType type, Access& access) {
  if (address % bytes != 0) return false;
  Pages& pages = type == AccessType::load ? loads_ : stores_;
  Page& page = pages[(address / pte::page_bytes) % page_count];
  const std::uint64_t offset = address % pte::page_bytes;
  if (page.tag != ((address - offset) | context_)) {
    Page opened;
    if (!open(address, type, opened)) return false;
    page = opened;
  }
  access.host = page.host + offset;
  access.physical = PhysicalAddress(page.physical + offset);
  access.match = &page.match;
  access.hits = true;
  access.watched = is_watched(page, offset);
  if (!cached_) return true;
  const CacheArray& array = cache_.array;
  access.set = array.set_of(access.physical);
  const auto way = array.find(access.physical);
  access.hits = way.has_value();
  access.way = way.value_or(0);
  return true;
}

unsigned DataWindow::miss_cycles(const Access& access, AccessType type) const {
  const CacheArray& array = cache_.array;
  const auto beats = static_cast<unsigned>(array.geometry().beats());
  const CacheArray::Line& victim = array.line(access.set, array.victim(access.set));
  // One cycle for the first address, one to write the line. A dirty victim is written back first; a
  // store notices that one cycle late.
  if (!victim.valid || !victim.dirty) return beats + 2;
  return 2 * beats + 2 + (type == AccessType::store ? 1 : 0);
}

void DataWindow::mark(const Access& access, unsigned cycles) {
  if (!access.match->hit || tlb_.is_used(*access.match)) return;
  // Marking the last entry clears all marks; the next cycle marks this one again.
  for (unsigned i = 0; i < cycles && i < 2; ++i) tlb_.use(*access.match);
}

void DataWindow::complete(const Access& access, AccessType type, unsigned cycles) {
  const bool writes = type == AccessType::store;
  mark(access, cycles);
  if (!cached_) return;
  if (access.hits) {
    cache_.use(access.set, access.way, writes);
    return;
  }
  cache_.refill(access.physical, writes);
}

}  // namespace cyclevisor
