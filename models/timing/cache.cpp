#include "models/timing/cache.hpp"

namespace cyclevisor {

void Cache::make_dirty(CacheArray::Line& line) {
  if (!line.dirty && memory_behind_) {
    memory_behind_(line.address, array.bytes(line), array.geometry().line_bytes);
  }
  line.dirty = true;
}

void Cache::refill(PhysicalAddress address, bool writes) {
  const unsigned set = array.set_of(address);
  const unsigned way = array.victim(set);
  CacheArray::Line& line = array.line(set, way);
  line.valid = true;
  line.dirty = false;
  line.address = array.line_address(address);
  if (refill_from_) refill_from_(line.address, array.bytes(line), array.geometry().line_bytes);
  array.note_change();
  array.touch(set, way);
  if (writes) make_dirty(line);
}

}  // namespace cyclevisor
