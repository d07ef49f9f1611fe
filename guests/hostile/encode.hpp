// Instruction words with a0 as destination or data and a1 as address. Unprivileged specification,
// "RV32/64G Instruction Set Listings".
#pragma once

#include <stdint.h>

constexpr uint32_t encode_rd_a0 = 10 << 7;
constexpr uint32_t encode_rs1_a1 = 11 << 15;
constexpr uint32_t encode_rs2_a0 = 10 << 20;

// funct3 of loads and stores
enum Width : uint32_t { byte, half, word, doubleword, byte_unsigned, half_unsigned, word_unsigned };

constexpr uint32_t load(Width width) {
  return encode_rs1_a1 | static_cast<uint32_t>(width) << 12 | encode_rd_a0 | 0x03;
}

constexpr uint32_t store(Width width) {
  return encode_rs2_a0 | encode_rs1_a1 | static_cast<uint32_t>(width) << 12 | 0x23;
}

enum Amo : uint32_t { amoadd = 0, amoswap = 1, lr = 2, sc = 3, amoor = 8 };

constexpr uint32_t atomic(Amo operation, Width width) {
  return static_cast<uint32_t>(operation) << 27 | (operation == lr ? 0 : encode_rs2_a0) |
         encode_rs1_a1 | static_cast<uint32_t>(width) << 12 | encode_rd_a0 | 0x2f;
}

// c.lw, c.ld, c.sw and c.sd a0, 0(a1) by their funct3
constexpr uint32_t compressed_access(uint32_t funct3) { return funct3 << 13 | 3 << 7 | 2 << 2; }

// funct3 of the Zicsr instructions
enum CsrOperation : uint32_t { csrrw = 1, csrrs = 2, csrrc = 3, csrrwi = 5 };

// For csrrwi the source is the immediate itself.
constexpr uint32_t csr_access(CsrOperation operation, uint32_t number, uint32_t rd, uint32_t rs1) {
  return number << 20 | rs1 << 15 | static_cast<uint32_t>(operation) << 12 | rd << 7 | 0x73;
}
