#include "platform/soc/htif.hpp"

#include <cstring>
#include <utility>

#include "models/base/virt_map.hpp"
#include "platform/scenario/scenario_reader.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t console_putchar = 0x0101;  // device 1, command 1
constexpr std::uint64_t syscall_write = 64;
constexpr std::uint64_t syscall_exit = 93;
constexpr std::uint64_t enosys = 38;
constexpr std::uint64_t efault = 14;
constexpr std::uint64_t block_bytes = 32;

constexpr std::uint64_t error(std::uint64_t number) { return ~number + 1; }

}  // namespace

Htif::Htif(Memory& dram, std::uint64_t tohost, std::optional<std::uint64_t> fromhost, Print print,
           Exit exit)
    : dram_(dram),
      tohost_(tohost),
      fromhost_(fromhost),
      print_(std::move(print)),
      exit_(std::move(exit)) {
  dram_.watch(tohost_, [this](std::uint64_t value) { on_tohost(value); });
}

std::uint64_t Htif::load(std::uint64_t offset) const {
  std::uint64_t value = 0;
  std::memcpy(&value, dram_.data() + offset, sizeof value);
  return value;
}

void Htif::store(std::uint64_t offset, std::uint64_t value) {
  std::memcpy(dram_.data() + offset, &value, sizeof value);
}

void Htif::on_tohost(std::uint64_t value) {
  if (value == 0) return;
  if (value >> 48 == console_putchar) {
    print_(static_cast<std::uint8_t>(value));
  } else if (value % 2 != 0) {
    exit_(value >> 1);
    return;
  } else {
    const std::uint64_t block = value - virt::dram_base;
    if (inside(block, block_bytes)) store(block, system_call(block));
  }
  store(tohost_, 0);
  if (fromhost_) store(*fromhost_, 1);
}

std::uint64_t Htif::system_call(std::uint64_t block) {
  const std::uint64_t number = load(block);
  if (number == syscall_exit) {
    exit_(load(block + 8));
    return 0;
  }
  if (number != syscall_write) return error(enosys);
  const std::uint64_t text = load(block + 16) - virt::dram_base;
  const std::uint64_t bytes = load(block + 24);
  if (!inside(text, bytes)) return error(efault);
  for (std::uint64_t i = 0; i < bytes; ++i) {
    print_(std::to_integer<std::uint8_t>(dram_.data()[text + i]));
  }
  return bytes;
}

}  // namespace cyclevisor
