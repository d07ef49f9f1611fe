// The register conventions of a body: which registers hold addresses.
#pragma once

#include <array>
#include <cstdint>

#include "models/hart/isa/operation.hpp"
#include "tests/system/differential/random.hpp"

namespace cyclevisor::differential {

/// For loads and stores. x30 and x31 belong to the handlers.
inline constexpr std::array<unsigned, 5> pointers_to_data = {2, 8, 9, 14, 20};
/// For atomics: most often aligned.
inline constexpr std::array<unsigned, 2> pointers_to_atomics = {10, 15};

inline constexpr unsigned first_handler_register = 30;

inline bool is_pointer(unsigned number) {
  for (unsigned pointer : pointers_to_data) {
    if (pointer == number) return true;
  }
  for (unsigned pointer : pointers_to_atomics) {
    if (pointer == number) return true;
  }
  return false;
}

/// One of the operations from first to last.
inline Operation random_operation(Random& random, Operation first, Operation last) {
  return static_cast<Operation>(
      random.between(static_cast<std::int64_t>(first), static_cast<std::int64_t>(last)));
}

}  // namespace cyclevisor::differential
