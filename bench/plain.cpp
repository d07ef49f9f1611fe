// The plain program of the speed comparison: sieve, memcpy, CRC-32 and a 64 x 64 x 64 matrix
// multiplication in loops, without interrupts or devices. Every result is checked; the program ends
// by the finisher. ROUNDS sets its length: about 4.5 million instructions each.
#include <stddef.h>
#include <stdint.h>

#include "guests/common/finish.hpp"

#ifndef ROUNDS
#error "ROUNDS is the number of times that everything is done"
#endif

namespace {

constexpr unsigned sieve_size = 8192;
constexpr unsigned primes_below_sieve_size = 1028;
uint8_t composite[sieve_size];

unsigned sieve() {
  for (unsigned i = 0; i < sieve_size; ++i) composite[i] = 0;
  unsigned primes = 0;
  for (unsigned i = 2; i < sieve_size; ++i) {
    if (composite[i] != 0) continue;
    ++primes;
    for (unsigned multiple = 2 * i; multiple < sieve_size; multiple += i) composite[multiple] = 1;
  }
  return primes;
}

constexpr unsigned block_bytes = 8192;
alignas(8) uint8_t source[block_bytes];
alignas(8) uint8_t destination[block_bytes];

void copy(void* to, const void* from, size_t bytes) {
  auto* out = static_cast<uint64_t*>(to);
  const auto* in = static_cast<const uint64_t*>(from);
  for (size_t i = 0; i < bytes / sizeof(uint64_t); i += 4) {
    const uint64_t a = in[i], b = in[i + 1], c = in[i + 2], d = in[i + 3];
    out[i] = a;
    out[i + 1] = b;
    out[i + 2] = c;
    out[i + 3] = d;
  }
}

uint32_t crc_table[256];

// CRC-32 of IEEE 802.3, bit-reflected.
void make_crc_table() {
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (unsigned bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
    crc_table[i] = value;
  }
}

uint32_t crc32(const uint8_t* bytes, size_t count) {
  uint32_t crc = ~uint32_t{0};
  for (size_t i = 0; i < count; ++i) crc = crc >> 8 ^ crc_table[(crc ^ bytes[i]) & 0xff];
  return ~crc;
}

constexpr unsigned order = 64;
uint32_t a[order][order], b[order][order], product[order][order];

void multiply() {
  for (unsigned row = 0; row < order; ++row) {
    for (unsigned column = 0; column < order; ++column) {
      uint32_t sum = 0;
      for (unsigned k = 0; k < order; ++k) sum += a[row][k] * b[k][column];
      product[row][column] = sum;
    }
  }
}

void prepare() {
  make_crc_table();
  uint32_t random = 1;
  for (uint8_t& byte : source) {
    random = random * 1664525 + 1013904223;
    byte = static_cast<uint8_t>(random >> 24);
  }
  for (unsigned i = 0; i < order; ++i) {
    for (unsigned k = 0; k < order; ++k) {
      a[i][k] = i + k;
      b[i][k] = i == k ? 2 : 0;
    }
  }
}

}  // namespace

extern "C" int main() {
  const uint8_t check[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
  prepare();
  if (crc32(check, sizeof check) != 0xcbf43926) fail(1, "CRC-32 of the check string", 0, 0);
  for (unsigned round = 0; round < ROUNDS; ++round) {
    for (unsigned i = 0; i < 8; ++i) {
      const unsigned primes = sieve();
      if (primes != primes_below_sieve_size) fail(2, "primes", primes, primes_below_sieve_size);
    }
    source[round % block_bytes] ^= static_cast<uint8_t>(round);
    for (unsigned i = 0; i < 48; ++i) copy(destination, source, block_bytes);
    const uint32_t expected = crc32(source, block_bytes);
    for (unsigned i = 0; i < 8; ++i) {
      const uint32_t found = crc32(destination, block_bytes);
      if (found != expected) fail(3, "CRC-32 of the copy", found, expected);
    }
    multiply();
    if (product[63][62] != 2 * (63 + 62)) fail(4, "product", product[63][62], 2 * (63 + 62));
  }
  return 0;
}
