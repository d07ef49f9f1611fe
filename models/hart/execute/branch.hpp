// Whether a branch is taken. Inline, for engines that execute branches themselves.
#pragma once

#include <cstdint>

#include "models/hart/isa/operation.hpp"

namespace cyclevisor {

/// `operation` is beq .. bgeu; `a` and `b` are the values of rs1 and rs2.
inline bool branch_taken(Operation operation, std::uint64_t a, std::uint64_t b) {
  const auto signed_a = static_cast<std::int64_t>(a);
  const auto signed_b = static_cast<std::int64_t>(b);
  switch (operation) {
    case Operation::beq:
      return a == b;
    case Operation::bne:
      return a != b;
    case Operation::blt:
      return signed_a < signed_b;
    case Operation::bge:
      return signed_a >= signed_b;
    case Operation::bltu:
      return a < b;
    default:  // bgeu
      return a >= b;
  }
}

}  // namespace cyclevisor
