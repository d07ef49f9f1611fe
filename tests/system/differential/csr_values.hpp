// CSR values for random programs: relevant ones that both QEMU 7.2 and this hart can hold (see
// known_differences.cpp for the rest).
#pragma once

#include <cstdint>

#include "models/base/types.hpp"
#include "models/hart/isa/operation.hpp"
#include "tests/system/differential/random.hpp"

namespace cyclevisor::differential {

/// A CSR write that a body in this mode can execute without losing control flow.
struct CsrWrite {
  std::uint16_t number = 0;
  std::uint64_t value = 0;
};

/// `operation` is csrrw, csrrs or csrrc.
CsrWrite random_csr_write(Random& random, PrivilegeMode mode, Operation operation);

/// Any CSR number for an access from `mode`, often that of an existing CSR.
std::uint16_t random_csr_number(Random& random, PrivilegeMode mode);

/// Any 64-bit value, often a corner case.
std::uint64_t interesting_value(Random& random);

}  // namespace cyclevisor::differential
