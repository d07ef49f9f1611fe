#include "models/timing/cache_array.hpp"

#include <algorithm>

namespace cyclevisor {

CacheArray::CacheArray(const CacheGeometry& geometry)
    : geometry_(geometry),
      lines_(geometry.ways * geometry.sets),
      contents_(lines_.size() * geometry.line_bytes),
      trees_(geometry.sets, 0) {
  while ((std::uint64_t{1} << line_shift_) < geometry.line_bytes) ++line_shift_;
  for (unsigned set = 0; set < geometry.sets; ++set) recent_.push_back(&line(set, 0));
}

const CacheArray::Line* CacheArray::lookup(PhysicalAddress address) const {
  const std::optional<unsigned> way = find(address);
  return way ? &line(set_of(address), *way) : nullptr;
}

unsigned CacheArray::victim(unsigned set) const {
  for (unsigned way = 0; way < geometry_.ways; ++way) {
    if (!line(set, way).valid) return way;
  }
  unsigned node = 1;
  while (node < geometry_.ways) node = 2 * node + ((trees_[set] >> node) & 1);
  return node - static_cast<unsigned>(geometry_.ways);
}

void CacheArray::touch(unsigned set, unsigned way) {
  recent_[set] = &line(set, way);
  for (unsigned node = way + static_cast<unsigned>(geometry_.ways); node > 1; node /= 2) {
    const std::uint64_t parent = std::uint64_t{1} << (node / 2);
    const bool came_from_lower = node % 2 == 0;
    trees_[set] = came_from_lower ? trees_[set] | parent : trees_[set] & ~parent;
  }
}

void CacheArray::refresh(PhysicalAddress first, std::uint64_t bytes, const ReadBytes& read) {
  note_change();
  for (Line& each : lines_) {
    const std::uint64_t begin = std::max(first.value, each.address);
    const std::uint64_t end = std::min(first.value + bytes, each.address + geometry_.line_bytes);
    if (!each.valid || begin >= end) continue;
    read(begin, this->bytes(each) + (begin - each.address), static_cast<unsigned>(end - begin));
  }
}

void CacheArray::invalidate() {
  note_change();
  for (Line& each : lines_) each.valid = each.dirty = false;
  std::fill(trees_.begin(), trees_.end(), 0);
}

}  // namespace cyclevisor
