#include "models/engines/blocks/fetch_window.hpp"

#include "models/engines/blocks/steady_lookup.hpp"
#include "models/mmu/pte.hpp"

namespace cyclevisor {

void FetchWindow::forget() {
  page_ = Page();
  marked_ = false;
  line_bytes_ = 0;
  touched_ = 1;
}

bool FetchWindow::open(std::uint64_t address, Page& page) const {
  const TranslationRequest request = core_.memory.fetch_request(address);
  const auto found = look_up_steadily(translator_, request);
  if (!found) return false;
  const std::uint64_t offset = address & (pte::page_bytes - 1);
  const PhysicalAddress physical = found->physical - offset;
  page.virtual_address = address - offset;
  page.physical = physical.value;
  page.match = found->match;
  page.open = true;
  for (const PhysicalAddress end : {physical, physical + (pte::page_bytes - 2)}) {
    const MemoryAttributes attributes = map_.attributes(end);
    if (!attributes.cacheable || !attributes.executable) return false;
  }
  return core_.csrs.pmp.verdict(physical, pte::page_bytes, AccessType::fetch, core_.mode) ==
         PmpVerdict::permitted;
}

void FetchWindow::move_to(std::uint64_t address, unsigned way) {
  const CacheArray& array = cache_.array;
  const PhysicalAddress physical(page_.physical + (address - page_.virtual_address));
  line_bytes_ = undivided_bytes_;
  line_virtual_ = address & ~(line_bytes_ - 1);
  line_physical_ = array.line_address(physical);
  way_ = way;
  bytes_ = array.bytes(array.line(array.set_of(physical), way));
}

FetchWindow::Look FetchWindow::look_up_line(std::uint64_t address) {
  if (!page_.open || address - page_.virtual_address >= pte::page_bytes) {
    Page page;
    if (!open(address, page)) return Look::elsewhere;
    page_ = page;
    marked_ = false;
    line_bytes_ = 0;  // a miss must not leave the window in another page
  }
  if (!cached_) {
    bytes_ =
        core_.memory.direct(PhysicalAddress(page_.physical), pte::page_bytes, AccessType::load);
    if (bytes_ == nullptr) return Look::elsewhere;
    line_bytes_ = undivided_bytes_;
    line_virtual_ = page_.virtual_address;
    line_physical_ = page_.physical;
    return Look::hits;
  }
  const PhysicalAddress physical(page_.physical + (address - page_.virtual_address));
  const auto way = cache_.array.find(physical);
  if (!way) return Look::misses;
  move_to(address, *way);
  return Look::hits;
}

bool FetchWindow::find_line(const Page& page, std::uint64_t physical, Line& line) const {
  if (!cached_) {
    line.physical = page.physical;
    line.count = undivided_bytes_;
    line.bytes =
        core_.memory.direct(PhysicalAddress(page.physical), pte::page_bytes, AccessType::load);
    return line.bytes != nullptr;
  }
  const CacheArray& array = cache_.array;
  const auto way = array.find(PhysicalAddress(physical));
  if (!way) return false;
  line.physical = array.line_address(PhysicalAddress(physical));
  line.count = undivided_bytes_;
  line.bytes = array.bytes(array.line(array.set_of(PhysicalAddress(physical)), *way));
  line.way = *way;
  return true;
}

bool FetchWindow::next_line_hits() {
  const std::uint64_t next = line_virtual_ + line_bytes_;
  std::uint64_t physical = page_.physical + (next - page_.virtual_address);
  if (next - page_.virtual_address >= pte::page_bytes) {
    Page page;
    if (!open(next, page)) return false;
    physical = page.physical;
  }
  return cache_.array.find(PhysicalAddress(physical)).has_value();
}

void FetchWindow::mark_entries(unsigned cycles) {
  // Marking the last entry clears all marks; the next cycle marks this one again.
  for (unsigned i = 0; i < cycles && i < 2; ++i) tlb_.use(page_.match);
  marked_ = tlb_.is_used(page_.match);
}

void FetchWindow::touch_line() {
  CacheArray& array = cache_.array;
  array.touch(array.set_of(PhysicalAddress(line_physical_)), way_);
  touched_ = line_physical_;
}

void FetchWindow::fill(std::uint64_t address) {
  const PhysicalAddress physical(page_.physical + (address - page_.virtual_address));
  cache_.refill(physical, false);
  move_to(address, *cache_.array.find(physical));
  touched_ = line_physical_;
}

}  // namespace cyclevisor
