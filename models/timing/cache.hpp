// A cache as every engine sees it: its lines, and what a hit and a refill do to them. The cycles
// that a miss takes are the engines' concern.
#pragma once

#include <utility>

#include "models/timing/cache_array.hpp"

namespace cyclevisor {

class Cache {
 public:
  using ReadBytes = CacheArray::ReadBytes;

  /// `refill_from` delivers the contents of a refilled line, `memory_behind` those that main memory
  /// keeps when a line becomes dirty. Either may be empty: then the line's bytes are not kept.
  Cache(const CacheGeometry& geometry, ReadBytes refill_from, ReadBytes memory_behind)
      : array(geometry),
        refill_from_(std::move(refill_from)),
        memory_behind_(std::move(memory_behind)) {}

  bool present() const { return array.geometry().presence == CachePresence::on; }

  /// What the last cycle of a hit does to the line.
  void use(unsigned set, unsigned way, bool writes) {
    array.touch(set, way);
    if (writes) make_dirty(array.line(set, way));
  }

  /// Replaces the set's victim by the line at `address`, whose refill is complete.
  void refill(PhysicalAddress address, bool writes);

  CacheArray array;

 private:
  void make_dirty(CacheArray::Line& line);

  ReadBytes refill_from_;
  ReadBytes memory_behind_;
};

}  // namespace cyclevisor
