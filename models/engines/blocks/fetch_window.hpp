// The instruction side of the fast path: the page and the line that are being fetched from. They
// are looked up once and used as long as fetches stay there. Without a cache the page takes the
// role of the line.
#pragma once

#include <cstdint>
#include <cstring>

#include "models/hart/execute/core.hpp"
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

  /// To be called after the stepped pipeline has run: drops everything.
  void forget();

  enum class Look : std::uint8_t {
    hits,
    misses,    ///< translated and cacheable, but the line is not in the cache
    elsewhere  ///< needs a walk, faults or goes to a device
  };
  /// Moves the window to the line that contains a virtual address.
  Look look(std::uint64_t address) {
    if (address - line_virtual_ < line_bytes_) return Look::hits;
    return look_up_line(address);
  }
  /// Whether the line after the one in the window hits too. Does not move the window.
  bool next_line_hits();

  /// The four bytes at an address in the window; two if the line ends after them.
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
  /// Whether an address is the last halfword of its line.
  bool is_last_half(std::uint64_t address) const {
    return (address & (undivided_bytes_ - 1)) == undivided_bytes_ - 2;
  }
  /// Whether stores can change what is fetched.
  bool sees_stores() const { return !cached_; }
  /// Stall cycles of a fetch that misses.
  unsigned miss_cycles() const { return static_cast<unsigned>(undivided_bytes_ / 8) + 2; }
  PhysicalAddress physical(std::uint64_t address) const {
    return PhysicalAddress(line_physical_ + (address - line_virtual_));
  }

  /// Marks the translation as used in `cycles` cycles of fetching.
  void mark(unsigned cycles) {
    if (!marked_) mark_entries(cycles);
  }
  /// Updates the replacement state for a fetch from the window.
  void touch() {
    if (touched_ != line_physical_ && cached_) touch_line();
  }
  /// Refills the line at a missing address and moves the window there.
  void fill(std::uint64_t address);

  /// What TLB, PMP and memory map say about fetches from a page.
  struct Page {
    bool open = false;
    std::uint64_t virtual_address = 0;  ///< of its first byte
    std::uint64_t physical = 0;
    Tlb::Match match;
  };
  /// Looks up the page of an address. False unless all of it is main memory that may be fetched
  /// from and the TLB translates it. Has no effect; neither have the following functions.
  bool open(std::uint64_t address, Page& page) const;
  /// Whether fetches through these TLB entries leave the marks unchanged.
  bool is_marked(std::uint64_t entries) const { return tlb_.is_used(entries); }
  /// The bytes of a line, or without a cache those of a page.
  struct Line {
    std::uint64_t physical = 0;
    std::uint64_t count = 0;
    const std::byte* bytes = nullptr;
    unsigned way = 0;
  };
  /// False if the line is not in the cache.
  bool find_line(const Page& page, std::uint64_t physical, Line& line) const;
  std::uint64_t undivided_bytes() const { return undivided_bytes_; }
  /// As long as this is unchanged, `open` gives the same answers in a context, except for marks.
  struct Generation {
    std::uint64_t translation = 0, memory = 0;
    bool operator==(const Generation& other) const {
      return translation == other.translation && memory == other.memory;
    }
  };
  Generation generation() const { return {tlb_.generation(), core_.memory.generation()}; }
  std::uint64_t context() const { return core_.memory.fetch_context(); }
  /// Changes whenever answers of `find_line` may have changed, except where fetches see stores at
  /// once.
  std::uint64_t lines_generation() const { return cache_.array.generation(); }
  /// Updates the replacement state for a fetch from a line in some way. The window forgets what it
  /// knows about that.
  void touch(std::uint64_t physical, unsigned way) {
    if (!cached_) return;
    CacheArray& array = cache_.array;
    const unsigned set = array.set_of(PhysicalAddress(physical));
    if (&array.most_recent(set) == &array.line(set, way)) return;
    array.touch(set, way);
    touched_ = 1;
  }

 private:
  Look look_up_line(std::uint64_t address);
  void mark_entries(unsigned cycles);
  void touch_line();
  void move_to(std::uint64_t address, unsigned way);

  Core& core_;
  const MemoryMap& map_;
  Cache& cache_;
  Tlb& tlb_;
  mutable Translator translator_;
  /// Of a line, or without a cache of a page.
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
