// The instruction side of the fast path: the page and the line that are being fetched from, found
// once and then used as long as fetching stays there. Without a cache the page takes the line's
// place.
#pragma once

#include <cstdint>
#include <cstring>

#include "models/pipeline/fetch_stage.hpp"

namespace cyclevisor {

class FetchWindow {
 public:
  explicit FetchWindow(FetchStage& stage)
      : stage_(stage),
        undivided_bytes_(stage.cache_.array().geometry().undivided_bytes()),
        cached_(stage.cache_.present()) {}

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

 private:
  /// What the pipeline's TLB, PMP and memory map say to fetches from a page.
  struct Page {
    bool open = false;
    std::uint64_t virtual_address = 0;  ///< of its first byte
    std::uint64_t physical = 0;
    Tlb::Match match;
  };
  Look look_slowly(std::uint64_t address);
  bool open(std::uint64_t address, Page& page) const;
  void mark_slowly(unsigned cycles);
  void touch_slowly();
  void move_to(std::uint64_t address, unsigned way);

  FetchStage& stage_;
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
