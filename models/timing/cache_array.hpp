// Tags, replacement state and, where they can be observed, contents of a cache (timing rules,
// section 5).
//
// Main memory in this model always holds what the hart's loads return. The instruction side does
// not see that: it sees what the bus delivered when a line was refilled, and that is older than
// main memory where the data cache has a dirty line. So a line of the instruction cache keeps its
// bytes, and a dirty line of the data cache keeps the bytes that the memory behind the bus still
// has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "models/base/types.hpp"
#include "models/timing/settings.hpp"

namespace cyclevisor {

class CacheArray {
 public:
  struct Line {
    bool valid = false;
    bool dirty = false;
    std::uint64_t address = 0;  ///< physical, of the first byte
  };

  explicit CacheArray(const CacheGeometry& geometry);
  CacheArray(const CacheArray&) = delete;
  CacheArray& operator=(const CacheArray&) = delete;

  std::uint64_t line_address(PhysicalAddress address) const {
    return address.value & ~std::uint64_t{geometry_.line_bytes - 1};
  }
  unsigned set_of(PhysicalAddress address) const {
    return static_cast<unsigned>((address.value >> line_shift_) & (geometry_.sets - 1));
  }
  const CacheGeometry& geometry() const { return geometry_; }

  /// The way that holds the address.
  std::optional<unsigned> find(PhysicalAddress address) const {
    const std::uint64_t wanted = line_address(address);
    const Line* first = &lines_[set_of(address) * geometry_.ways];
    for (unsigned way = 0; way < geometry_.ways; ++way) {
      if (first[way].address == wanted && first[way].valid) return way;
    }
    return std::nullopt;
  }

  /// The way to be replaced next: the first invalid one, otherwise the one that the tree points at.
  unsigned victim(unsigned set) const;

  /// The most recently used line of a set. Using it again changes nothing.
  const Line& most_recent(unsigned set) const { return *recent_[set]; }

  /// Tree pseudo-LRU: every node on the way's path points away from it.
  void touch(unsigned set, unsigned way);

  Line& line(unsigned set, unsigned way) { return lines_[set * geometry_.ways + way]; }
  const Line& line(unsigned set, unsigned way) const { return lines_[set * geometry_.ways + way]; }
  /// The bytes that a line keeps: `geometry().line_bytes` of them.
  std::byte* bytes(const Line& line) {
    return contents_.data() +
           static_cast<std::size_t>(&line - lines_.data()) * geometry_.line_bytes;
  }
  const std::byte* bytes(const Line& line) const {
    return contents_.data() +
           static_cast<std::size_t>(&line - lines_.data()) * geometry_.line_bytes;
  }
  /// The line that holds the address, or null.
  const Line* lookup(PhysicalAddress address) const;

  /// A line's contents have changed.
  void note_change() { ++generation_; }
  /// Changes whenever the address, contents or validity of a line may have changed.
  std::uint64_t generation() const { return generation_; }

  /// Fills `bytes` with the contents of memory at an address.
  using ReadBytes = std::function<void(std::uint64_t address, std::byte* bytes, unsigned count)>;
  /// Reads the part of valid lines that overlaps a memory area again.
  void refresh(PhysicalAddress first, std::uint64_t bytes, const ReadBytes& read);

  /// Invalidates all lines and clears the replacement state.
  void invalidate();

 private:
  CacheGeometry geometry_;
  unsigned line_shift_ = 0;  ///< log2 of the line's bytes
  std::vector<Line> lines_;
  std::vector<std::byte> contents_;  ///< of all lines, in their order
  /// Bit n of a set is node n of its tree, the root being node 1; a set bit points at the upper
  /// half.
  std::vector<std::uint64_t> trees_;
  std::vector<const Line*> recent_;  ///< for each set
  std::uint64_t generation_ = 0;
};

}  // namespace cyclevisor
