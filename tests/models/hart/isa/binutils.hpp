// GNU binutils for RISC-V, called from tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cyclevisor::test {

/// The start address of the listings below.
inline constexpr std::uint64_t listing_address = 0x80000000;

/// The section .text that the assembler generates from `source` for "rv64imac_zicsr_zifencei_h".
/// Throws std::runtime_error when it reports an error.
std::string assemble(const std::string& source);

/// The output of objdump -M no-aliases for every encoding in `bytes`, a sequence of encodings of
/// `step` bytes each (2 or 4): mnemonic, a space, operands; without its comments. Empty for an
/// encoding that is not an instruction of "rv64imac_zicsr_zifencei_h".
std::vector<std::string> disassemble_blob(const std::string& bytes, unsigned step);

/// `value` in `bytes` bytes, little-endian.
std::string little_endian(std::uint32_t value, unsigned bytes);

/// The reverse: the number in bytes[offset, offset + count), count <= 4.
std::uint32_t read_little_endian(const std::string& bytes, std::size_t offset, unsigned count);

}  // namespace cyclevisor::test
