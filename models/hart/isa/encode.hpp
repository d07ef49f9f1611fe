// From operands to bits: the inverse of decode, for compressed expansion, generators and tests.
#pragma once

#include <cstdint>

#include "models/hart/isa/operation.hpp"

namespace cyclevisor {

/// The operands of an instruction, with the same meaning as in Instruction.
struct Operands {
  std::uint8_t rd = 0;
  std::uint8_t rs1 = 0;
  std::uint8_t rs2 = 0;
  std::int64_t immediate = 0;
};

/// The 32-bit form. Operands that the instruction does not have are ignored; registers are taken
/// modulo 32, and an immediate is truncated to the bits that the encoding holds. aq and rl are 0.
std::uint32_t encode(Operation operation, const Operands& operands);

}  // namespace cyclevisor
