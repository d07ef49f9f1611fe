// The registers of the hart as GDB numbers and names them (GDB manual, "RISC-V Features").
#pragma once

#include <cstdint>
#include <string>

#include "models/hart/hart.hpp"

namespace cyclevisor::gdb {

namespace register_number {
constexpr std::uint64_t pc = 32;
constexpr std::uint64_t first_csr = 65;
constexpr std::uint64_t csr_count = 4096;
/// The privilege mode, as encoded in `mstatus.MPP`.
constexpr std::uint64_t privilege = first_csr + csr_count;
}  // namespace register_number

/// target.xml: the integer registers, and of the CSR table the rows that this hart has.
std::string target_description(const Hart& hart);

}  // namespace cyclevisor::gdb
