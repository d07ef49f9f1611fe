#include "platform/reference/reference_platform.hpp"

#include "models/mmu/pte.hpp"

namespace cyclevisor {
namespace {

bool inside(PhysicalAddress address, std::uint64_t base, std::uint64_t bytes) {
  return address.value - base < bytes;
}

/// The part of an 8-byte register that an access of `bytes` bytes at `address` selects.
struct Lane {
  unsigned shift;
  std::uint64_t mask;
  Lane(PhysicalAddress address, unsigned bytes)
      : shift(8 * static_cast<unsigned>(address.value & 7)),
        mask(bytes == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * bytes)) - 1) {}
  std::uint64_t of(std::uint64_t value) const { return (value >> shift) & mask; }
  std::uint64_t merged(std::uint64_t value, std::uint64_t data) const {
    return (value & ~(mask << shift)) | ((data & mask) << shift);
  }
};

}  // namespace

DirectRegion ReferencePlatform::direct(PhysicalAddress address) {
  DirectRegion region;
  if (inside(address, ram_base, ram_bytes)) {
    // In three parts; the page of `tohost` is not directly writable.
    const std::uint64_t offset = address.value - ram_base;
    const std::uint64_t page = tohost_ / pte::page_bytes * pte::page_bytes;
    std::uint64_t first = 0, end = page;
    if (offset >= page + pte::page_bytes) {
      first = page + pte::page_bytes;
      end = ram_bytes;
    } else if (offset >= page) {
      first = page;
      end = page + pte::page_bytes;
    }
    region = {PhysicalAddress(ram_base + first), end - first, ram_.data() + first, first != page};
  } else if (inside(address, rom_base, rom_bytes)) {
    region = {PhysicalAddress(rom_base), rom_bytes, rom_.data(), false};
  }
  return region;
}

BusReply ReferencePlatform::read(PhysicalAddress address, unsigned bytes, Cycle at) {
  const Lane lane(address, bytes);
  BusReply reply;
  reply.done = at + Cycle(1);
  if (inside(address, timer_base, timer_bytes)) {
    const std::uint64_t register_address = address.value & ~std::uint64_t{7};
    if (register_address == timer_base) reply.data = lane.of(msip_ ? 1 : 0);
    if (register_address == mtimecmp_address) reply.data = lane.of(mtimecmp_);
    if (register_address == mtime_address) reply.data = lane.of(at.value);
  } else if (address.value == external_base) {
    reply.data = external_;
  } else if (inside(address, scratch_base, scratch_bytes)) {
    reply.data = lane.of(scratch_);
  }
  return reply;
}

BusReply ReferencePlatform::write(PhysicalAddress address, unsigned bytes, std::uint64_t data,
                                  Cycle at) {
  const Lane lane(address, bytes);
  if (inside(address, ram_base, ram_bytes)) {
    std::memcpy(ram_.data() + (address.value - ram_base), &data, bytes);
  } else if (address.value == timer_base) {
    msip_ = (data & 1) != 0;
  } else if (inside(address, mtimecmp_address, 8)) {
    mtimecmp_ = lane.merged(mtimecmp_, data);
  } else if (address.value == external_base) {
    external_ = data & 3;
  } else if (inside(address, scratch_base, scratch_bytes) ||
             inside(address, byte_device_base, byte_device_bytes) ||
             inside(address, word_device_base, word_device_bytes)) {
    scratch_ = lane.merged(scratch_, data);
  }
  if (stored_) stored_(at);
  return {BusStatus::ok, 0, at + Cycle(1)};
}

MemoryAttributes ReferencePlatform::attributes(PhysicalAddress address) const {
  constexpr std::uint64_t decoded_ram_bytes = 0x800'0000;
  MemoryAttributes result;
  result.answers_fetch = true;
  const auto device = [&result](unsigned sizes) {
    result.readable = result.writable = true;
    result.sizes = sizes;
  };
  if (inside(address, ram_base, decoded_ram_bytes)) {
    device(1 + 2 + 4 + 8);
    result.cacheable = result.executable = result.atomic = true;
  } else if (inside(address, rom_base, rom_bytes)) {
    result.cacheable = result.readable = result.executable = true;
    result.sizes = 1 + 2 + 4 + 8;
  } else if (inside(address, timer_base, timer_bytes)) {
    device(1 + 2 + 4 + 8);
  } else if (inside(address, external_base, external_bytes) ||
             inside(address, word_device_base, word_device_bytes) ||
             inside(address, scratch_base, scratch_bytes)) {
    device(4);
  } else if (inside(address, byte_device_base, byte_device_bytes)) {
    device(1);
  }
  return result;
}

}  // namespace cyclevisor
