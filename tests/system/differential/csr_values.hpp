// What random programs write into CSRs: values that matter, within what QEMU 7.2 and this hart
// agree to hold (see known_differences.cpp for the rest).
#pragma once

#include <cstdint>

#include "models/base/types.hpp"
#include "models/hart/isa/operation.hpp"
#include "tests/system/differential/random.hpp"

namespace cyclevisor::differential {

/// A CSR that a body in this mode may write without losing its way.
struct CsrWrite {
  std::uint16_t number = 0;
  std::uint64_t value = 0;
};

/// `operation` is csrrw, csrrs or csrrc.
CsrWrite random_csr_write(Random& random, PrivilegeMode mode, Operation operation);

/// Any number for an access from `mode`, often that of a CSR which somebody has.
std::uint16_t random_csr_number(Random& random, PrivilegeMode mode);

/// Any 64-bit value, often one at an edge.
std::uint64_t interesting_value(Random& random);

}  // namespace cyclevisor::differential
