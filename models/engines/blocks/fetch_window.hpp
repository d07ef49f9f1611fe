// The instruction side of the fast path: the page and the line that are being fetched from, found
// once and then used as long as fetching stays there. Without a cache the page takes the line's
// place.
#pragma once

#include <cstdint>
#include <cstring>

#include "models/hart/core.hpp"
#include "models/timing/memory_map.hpp"
#include "models/timing/timing_state.hpp"
#include "models/timing/translator.hpp"

namespace cyclevisor {

class FetchWindow {
 public:
  /// The references must outlive the object.
  FetchWindow(TimingState& state, Core& core, const MemoryMap& map)
      : core_(core),
        map_(map),
        cache_(state.instruction_cache),
        tlb_(state.instruction_tlb),
        translator_(core, tlb_),
        undivided_bytes_(cache_.array.geometry().undivided_bytes()),
        cached_(cache_.present()) {}

  /// The stepped pipeline has run: nothing is known any more.
  void forget();

  enum class Look : std::uint8_t {
    hits,
    misses,    ///< translated and cacheable, but the line is not there
    elsewhere  ///< needs a walk, faults or goes to a device
  };
  /// Moves the window to the line that holds a virtual address.
  Look look(std::uint64_t address) {
    if (address - line_virtual_ < line_bytes_) return Look::hits;
    return look_slowly(address);
  }
  /// Whether the next line, behind the one in the window, hits too. Leaves the window where it is.
  bool next_line_hits();

  /// The four bytes at an address in the window; two when there are only two in the line.
  std::uint32_t bits(std::uint64_t address) const {
    const std::uint64_t offset = address - line_virtual_;
    std::uint32_t result = 0;
    if (offset + sizeof result <= line_bytes_) {
      std::memcpy(&result, bytes_ + offset, sizeof result);
    } else {
      std::memcpy(&result, bytes_ + offset, 2);
    }
    return result;
  }
  /// Whether an address is the last one in its line, wherever that is.
  bool is_last_half(std::uint64_t address) const {
    return (address & (undivided_bytes_ - 1)) == undivided_bytes_ - 2;
  }
  /// Whether what is fetched may be stored to.
  bool sees_stores() const { return !cached_; }
  /// Cycles that a fetch which misses is stalled.
  unsigned miss_cycles() const { return static_cast<unsigned>(undivided_bytes_ / 8) + 2; }
  PhysicalAddress physical(std::uint64_t address) const {
    return PhysicalAddress(line_physical_ + (address - line_virtual_));
  }

  /// What `cycles` cycles of looking at the window do to the translation's marks.
  void mark(unsigned cycles) {
    if (!marked_) mark_slowly(cycles);
  }
  /// The window has been fetched from.
  void touch() {
    if (touched_ != line_physical_ && cached_) touch_slowly();
  }
  /// The line that an address misses is filled and the window moved there.
  void fill(std::uint64_t address);

  /// What the pipeline's TLB, PMP and memory map say to fetches from a page.
  struct Page {
    bool open = false;
    std::uint64_t virtual_address = 0;  ///< of its first byte
    std::uint64_t physical = 0;
    Tlb::Match match;
  };
  /// Finds the page of an address; false if that is not all main memory that may be fetched from,
  /// translated by the TLB. Changes nothing, like the following.
  bool open(std::uint64_t address, Page& page) const;
  /// Whether fetches from a page of these TLB entries leave the marks as they are.
  bool is_marked(std::uint64_t entries) const { return tlb_.is_used(entries); }
  /// Where the bytes of a line are, or without a cache those of a page.
  struct Line {
    std::uint64_t physical = 0;
    std::uint64_t count = 0;
    const std::byte* bytes = nullptr;
    unsigned way = 0;
  };
  /// False if the line is not in the cache.
  bool find_line(const Page& page, std::uint64_t physical, Line& line) const;
  std::uint64_t undivided_bytes() const { return undivided_bytes_; }
  /// What `open` says in one context may have changed, but for marks, when this has.
  struct Generation {
    std::uint64_t translation = 0, memory = 0;
    bool operator==(const Generation& other) const {
      return translation == other.translation && memory == other.memory;
    }
  };
  Generation generation() const { return {tlb_.generation(), core_.memory.generation()}; }
  std::uint64_t context() const { return core_.memory.fetch_context(); }
  /// Changes whenever what `find_line` says may have changed, but for memory where that is seen.
  std::uint64_t lines_generation() const { return cache_.array.generation(); }
  /// A line in some way has been fetched from. The window forgets what it knows about that.
  void touch(std::uint64_t physical, unsigned way) {
    if (!cached_) return;
    CacheArray& array = cache_.array;
    const unsigned set = array.set_of(PhysicalAddress(physical));
    if (&array.most_recent(set) == &array.line(set, way)) return;
    array.touch(set, way);
    touched_ = 1;
  }

 private:
  Look look_slowly(std::uint64_t address);
  void mark_slowly(unsigned cycles);
  void touch_slowly();
  void move_to(std::uint64_t address, unsigned way);

  Core& core_;
  const MemoryMap& map_;
  Cache& cache_;
  Tlb& tlb_;
  mutable Translator translator_;
  /// A line's, or without a cache a page's.
  std::uint64_t undivided_bytes_;
  bool cached_;
  Page page_;
  bool marked_ = false;
  std::uint64_t line_virtual_ = 0;
  std::uint64_t line_bytes_ = 0;  ///< 0: no window
  std::uint64_t line_physical_ = 0;
  const std::byte* bytes_ = nullptr;
  unsigned way_ = 0;
  std::uint64_t touched_ = 1;
};

}  // namespace cyclevisor
