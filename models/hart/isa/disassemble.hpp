// Disassembly in the form of binutils' objdump with -M no-aliases.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/base/types.hpp"
#include "models/hart/isa/instruction.hpp"

namespace cyclevisor {

/// Returns the name of a CSR by its number, or nullptr when it has none.
using CsrName = const char* (*)(std::uint16_t number);

/// The ABI name of x0..x31 ("zero", "ra", "sp", ...).
std::string_view register_name(std::uint8_t number);

/// "addi a0,a1,-1", "c.lw a2,4(s0)", "amoadd.w.aqrl a0,a1,(a2)", "csrrw zero,mtvec,t0". Branch and
/// jump targets are absolute, which takes the address `pc` of the instruction. A CSR without a name
/// is written as its number.
std::string disassemble(const Instruction& instruction, VirtualAddress pc, CsrName csr_name);

}  // namespace cyclevisor
