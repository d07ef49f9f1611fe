// From bits to instructions.
#pragma once

#include <cstdint>
#include <optional>

#include "models/hart/isa/extensions.hpp"
#include "models/hart/isa/instruction.hpp"

namespace cyclevisor {

/// True when the encoding that starts with these bits is longer than 16 bits (unprivileged
/// specification, "Base Instruction-Length Encoding"): whether a fetch needs the next two bytes.
constexpr bool is_longer_than_16_bits(std::uint32_t bits) { return (bits & 0x3) == 0x3; }

/// The instruction that starts at the lowest bit of `bits`, or nothing when a hart with these
/// extensions has no such instruction (illegal-instruction exception). The upper half is ignored
/// for a 16-bit encoding. Whether the current privilege mode, a CSR's existence or an
/// mstatus/hstatus bit forbids the instruction is not decided here.
std::optional<Instruction> decode(std::uint32_t bits, ExtensionSet extensions);

}  // namespace cyclevisor
