#include "models/virtio/split_virtqueue.hpp"

#include <array>
#include <cstddef>

namespace cyclevisor {
namespace {

// 2.7.5 "The Virtqueue Descriptor Table": le64 addr, le32 len, le16 flags, le16 next.
constexpr unsigned descriptor_bytes = 16;
constexpr unsigned flag_next = 1;
constexpr unsigned flag_write = 2;
constexpr unsigned flag_indirect = 4;
// 2.7.6, 2.7.8: both rings begin with le16 flags, le16 idx.
constexpr unsigned index_offset = 2;
constexpr unsigned ring_offset = 4;
constexpr unsigned available_entry_bytes = 2;
constexpr unsigned used_entry_bytes = 8;
constexpr unsigned no_interrupt = 1;

std::uint64_t number(const unsigned char* bytes, unsigned count) {
  std::uint64_t value = 0;
  while (count-- > 0) value = value << 8 | bytes[count];
  return value;
}

}  // namespace

std::uint16_t SplitVirtqueue::read_16(std::uint64_t address) {
  std::array<unsigned char, 2> bytes{};
  if (!memory_.read(address, bytes.data(), bytes.size())) broken_ = true;
  return static_cast<std::uint16_t>(number(bytes.data(), 2));
}

template <class T>
void SplitVirtqueue::write(std::uint64_t address, T value) {
  std::array<unsigned char, sizeof(T)> bytes{};
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bytes[i] = static_cast<unsigned char>(std::uint64_t{value} >> 8 * i);
  }
  if (!memory_.write(address, bytes.data(), bytes.size())) broken_ = true;
}

std::optional<SplitVirtqueue::Chain> SplitVirtqueue::next() {
  if (!registers.ready || broken_) return std::nullopt;
  const auto available = read_16(registers.driver + index_offset);
  const auto waiting = static_cast<std::uint16_t>(available - taken_);
  if (waiting == 0 || broken_) return std::nullopt;
  if (waiting > registers.number) {
    broken_ = true;
    return std::nullopt;
  }
  const unsigned slot = taken_ % registers.number;
  const auto head = read_16(registers.driver + ring_offset +
                                        std::uint64_t{available_entry_bytes} * slot);
  if (broken_) return std::nullopt;
  ++taken_;
  return follow(head);
}

std::optional<SplitVirtqueue::Chain> SplitVirtqueue::follow(std::uint16_t head) {
  Chain chain;
  chain.head = head;
  std::uint16_t at = head;
  // A chain that is longer than the table contains a loop.
  for (std::uint32_t length = 0; length < registers.number; ++length) {
    if (at >= registers.number) break;
    std::array<unsigned char, descriptor_bytes> entry{};
    if (!memory_.read(registers.descriptors + std::uint64_t{descriptor_bytes} * at, entry.data(),
                      descriptor_bytes)) {
      break;
    }
    const Segment segment{number(&entry[0], 8), static_cast<std::uint32_t>(number(&entry[8], 4))};
    const std::uint64_t flags = number(&entry[12], 2);
    const auto link = static_cast<std::uint16_t>(number(&entry[14], 2));
    if ((flags & flag_indirect) != 0) break;
    const bool writes = (flags & flag_write) != 0;
    if (!writes && !chain.writable.empty()) break;
    (writes ? chain.writable : chain.readable).push_back(segment);
    if ((flags & flag_next) == 0) return chain;
    at = link;
  }
  broken_ = true;
  return std::nullopt;
}

bool SplitVirtqueue::put_back(std::uint16_t head, std::uint32_t written) {
  const std::uint64_t entry = registers.device + ring_offset +
                              std::uint64_t{used_entry_bytes} * (used_ % registers.number);
  write<std::uint32_t>(entry, head);
  write<std::uint32_t>(entry + 4, written);
  ++used_;
  write<std::uint16_t>(registers.device + index_offset, used_);
  return !broken_;
}

bool SplitVirtqueue::wants_interrupt() {
  return (read_16(registers.driver) & no_interrupt) == 0;
}

void SplitVirtqueue::reset() {
  registers = {};
  taken_ = used_ = 0;
  broken_ = false;
}

}  // namespace cyclevisor
