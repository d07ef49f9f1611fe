// Bits [high:low] of an encoding, and values made of them.
#pragma once

#include <cstdint>

namespace cyclevisor {

/// Bits high..low of `value`, moved to bit `to` of the result. 0 <= low <= high <= 31.
constexpr std::uint32_t bit_field(std::uint32_t value, unsigned high, unsigned low,
                                  unsigned to = 0) {
  const std::uint32_t mask = static_cast<std::uint32_t>((std::uint64_t{2} << (high - low)) - 1);
  return ((value >> low) & mask) << to;
}

/// The low `bits` bits of `value` as a two's-complement number. 1 <= bits <= 32.
constexpr std::int64_t sign_extend(std::uint32_t value, unsigned bits) {
  const std::int64_t sign = std::int64_t{1} << (bits - 1);
  const std::int64_t low = value & static_cast<std::uint32_t>((std::uint64_t{1} << bits) - 1);
  return (low ^ sign) - sign;
}

}  // namespace cyclevisor
