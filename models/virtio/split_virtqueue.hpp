// A split virtqueue as its device works on it (VIRTIO 1.2, 2.7 "Split Virtqueues").
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace cyclevisor {

/// The queue lies in the driver's memory and may hold anything: a queue that breaks the rules is
/// reported, never followed.
class SplitVirtqueue {
 public:
  static constexpr unsigned maximum = 16;  ///< QueueNumMax, in descriptors

  /// Reads or writes memory at a physical address, in little-endian order. Returns false if there
  /// is none.
  struct MemoryAccess {
    std::function<bool(std::uint64_t address, unsigned char* data, unsigned bytes)> read;
    std::function<bool(std::uint64_t address, unsigned char* data, unsigned bytes)> write;
  };

  /// As the driver has programmed it.
  struct Registers {
    std::uint32_t number = 0;  ///< QueueNum
    std::uint64_t descriptors = 0;
    std::uint64_t driver = 0;  ///< the available ring
    std::uint64_t device = 0;  ///< the used ring
    bool ready = false;
  };

  /// A part of a buffer in memory.
  struct Segment {
    std::uint64_t address = 0;
    std::uint32_t bytes = 0;
  };
  struct Chain {
    std::uint16_t head = 0;
    std::vector<Segment> readable;  ///< by the device; these come first
    std::vector<Segment> writable;
  };

  explicit SplitVirtqueue(MemoryAccess memory) : memory_(std::move(memory)) {}

  Registers registers;

  /// The next buffer that the driver has made available; nothing if there is none, or if the queue
  /// is broken.
  std::optional<Chain> next();
  /// Returns a buffer to the driver, into which `written` bytes were written. False if the queue is
  /// broken.
  bool put_back(std::uint16_t head, std::uint32_t written);
  /// Whether the driver wants to be interrupted.
  bool wants_interrupt();

  /// The driver broke a rule; the device needs a reset.
  bool broken() const { return broken_; }
  void reset();

 private:
  std::optional<Chain> follow(std::uint16_t head);
  std::uint16_t read_16(std::uint64_t address);
  template <class T>
  void write(std::uint64_t address, T value);

  MemoryAccess memory_;
  std::uint16_t taken_ = 0;  ///< position in the available ring
  std::uint16_t used_ = 0;   ///< the same in the used ring
  bool broken_ = false;
};

}  // namespace cyclevisor
