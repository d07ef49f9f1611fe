// Memory and devices around the reference core in its traces: every access is answered at once. See
// tests/timing/README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

#include "models/base/virt_map.hpp"
#include "models/hart/base/ports.hpp"
#include "models/hart/csr/csr_fields.hpp"
#include "models/timing/memory_map.hpp"

namespace cyclevisor {

class ReferencePlatform final : public PhysicalBus, public TimeSource, public MemoryMap {
 public:
  static constexpr std::uint64_t ram_base = virt::dram_base;
  static constexpr std::uint64_t ram_bytes = 4 << 20;

  ReferencePlatform() : ram_(ram_bytes), rom_(rom_bytes) {}

  /// From now on the page around `tohost`, 8 aligned bytes in RAM, is written over the bus, so that
  /// stores there are noticed. Before the hart's first access.
  void watch(PhysicalAddress tohost) { tohost_ = tohost.value - ram_base; }

  /// `stored(at)` is called after each store over the bus: to a device, or to the page of `tohost`.
  void on_store(std::function<void(Cycle at)> stored) { stored_ = std::move(stored); }

  /// The value at the watched `tohost`.
  std::uint64_t tohost() const {
    std::uint64_t value = 0;
    std::memcpy(&value, ram_.data() + tohost_, sizeof value);
    return value;
  }

  std::vector<std::byte>& ram() { return ram_; }
  const std::vector<std::byte>& ram() const { return ram_; }

  /// The interrupt lines in a cycle, as bits of mip.
  std::uint64_t lines(Cycle at) const {
    std::uint64_t result = 0;
    if (msip_) result |= interrupt::msi;
    if (at.value >= mtimecmp_) result |= interrupt::mti;
    if ((external_ & 1) != 0) result |= interrupt::mei;
    if ((external_ & 2) != 0) result |= interrupt::sei;
    return result;
  }

  /// The first cycle after `at` in which a line may change if nobody stores to a device.
  Cycle next_line_change(Cycle at) const {
    return at.value < mtimecmp_ ? Cycle(mtimecmp_) : Cycle::never();
  }

  DirectRegion direct(PhysicalAddress address) override;
  BusReply read(PhysicalAddress address, unsigned bytes, Cycle at) override;
  BusReply write(PhysicalAddress address, unsigned bytes, std::uint64_t data, Cycle at) override;

  /// mtime counts cycles.
  std::uint64_t mtime(Cycle at) override { return at.value; }
  Cycle cycle_of(std::uint64_t value) const override { return Cycle(value); }

  MemoryAttributes attributes(PhysicalAddress address) const override;

 private:
  static constexpr std::uint64_t rom_base = 0x1000;
  static constexpr std::uint64_t rom_bytes = 0x1000;
  static constexpr std::uint64_t timer_base = virt::timer_base;
  static constexpr std::uint64_t timer_bytes = virt::timer_bytes;
  static constexpr std::uint64_t mtimecmp_address = timer_base + virt::mtimecmp_offset;
  static constexpr std::uint64_t mtime_address = timer_base + virt::mtime_offset;
  static constexpr std::uint64_t external_base = 0x0c00'0000;
  static constexpr std::uint64_t external_bytes = 0x400'0000;
  static constexpr std::uint64_t byte_device_base = virt::uart_base(0);
  static constexpr std::uint64_t byte_device_bytes = virt::uart_registers;
  static constexpr std::uint64_t word_device_base = 0x1004'0000;
  static constexpr std::uint64_t word_device_bytes = 0x1000;
  static constexpr std::uint64_t scratch_base = 0x1006'0000;
  static constexpr std::uint64_t scratch_bytes = 0x100;

  std::uint64_t tohost_ = ram_bytes;  ///< offset in RAM; its size if none is watched
  std::function<void(Cycle at)> stored_;
  std::vector<std::byte> ram_;
  std::vector<std::byte> rom_;
  bool msip_ = false;
  std::uint64_t mtimecmp_ = ~std::uint64_t{0};
  unsigned external_ = 0;
  std::uint64_t scratch_ = 0;
};

}  // namespace cyclevisor
