// The execution of instructions: one function per group, in the file of the group's name.
#pragma once

#include <cstdint>
#include <optional>

#include "models/hart/execute/core.hpp"

namespace cyclevisor {

/// Executes any instruction.
Step execute_instruction(Core& core, const Instruction& instruction);

Step execute_integer(Core& core, const Instruction& instruction);   ///< ALU operations
Step execute_control(Core& core, const Instruction& instruction);   ///< branches, jumps
Step execute_multiply(Core& core, const Instruction& instruction);  ///< M
Step execute_load(Core& core, const Instruction& instruction);
Step execute_store(Core& core, const Instruction& instruction);
Step execute_atomic(Core& core, const Instruction& instruction);       ///< A
Step execute_csr(Core& core, const Instruction& instruction);          ///< Zicsr
Step execute_system(Core& core, const Instruction& instruction);       ///< ecall .. wfi, fences
Step execute_guest_load(Core& core, const Instruction& instruction);   ///< HLV, HLVX
Step execute_guest_store(Core& core, const Instruction& instruction);  ///< HSV

/// Whether an instruction of class load or store is one of HLV, HLVX, HSV.
constexpr bool is_guest_access(Operation operation) { return operation >= Operation::hlv_b; }

/// The exception that HLV, HLVX and HSV raise in the current mode, if it may not execute them
/// ("Hypervisor Virtual-Machine Load and Store Instructions").
std::optional<ExceptionCause> refused_guest_access(const Core& core);

/// mtinst and htinst for a fault of an explicit access ("Transformed Instruction or
/// Pseudoinstruction for mtinst or htinst"). `offset` is the distance of the faulting byte from the
/// operand's address.
std::uint64_t transformed_instruction(const Instruction& instruction, std::uint64_t offset);

}  // namespace cyclevisor
