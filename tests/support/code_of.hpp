// Instruction encodings for tests that assemble their programs in memory.
#pragma once

#include <cstdint>

#include "models/hart/isa/encode.hpp"

namespace cyclevisor::test {

/// The encoding of an instruction from its operands, in the order rd, rs1, rs2, immediate.
inline std::uint32_t code_of(Operation operation, unsigned rd = 0, unsigned rs1 = 0,
                             unsigned rs2 = 0, std::int64_t immediate = 0) {
  Operands operands;
  operands.rd = static_cast<std::uint8_t>(rd);
  operands.rs1 = static_cast<std::uint8_t>(rs1);
  operands.rs2 = static_cast<std::uint8_t>(rs2);
  operands.immediate = immediate;
  return encode(operation, operands);
}

}  // namespace cyclevisor::test
