#include "models/hart/execute/execute.hpp"

namespace cyclevisor {

Step execute_instruction(Core& core, const Instruction& instruction) {
  switch (instruction.instruction_class) {
    case InstructionClass::alu:
      return execute_integer(core, instruction);
    case InstructionClass::branch:
    case InstructionClass::jump:
      return execute_control(core, instruction);
    case InstructionClass::load:
      return is_guest_access(instruction.operation) ? execute_guest_load(core, instruction)
                                                    : execute_load(core, instruction);
    case InstructionClass::store:
      return is_guest_access(instruction.operation) ? execute_guest_store(core, instruction)
                                                    : execute_store(core, instruction);
    case InstructionClass::multiply:
    case InstructionClass::divide:
      return execute_multiply(core, instruction);
    case InstructionClass::amo:
    case InstructionClass::load_reserved:
    case InstructionClass::store_conditional:
      return execute_atomic(core, instruction);
    case InstructionClass::csr:
      return execute_csr(core, instruction);
    case InstructionClass::fence:
    case InstructionClass::translation_fence:
    case InstructionClass::environment:
    case InstructionClass::trap_return:
    case InstructionClass::wait:
      return execute_system(core, instruction);
  }
  return core.raise_illegal(instruction);
}

std::uint64_t transformed_instruction(const Instruction& instruction, std::uint64_t offset) {
  // Field positions: rd 11:7, rs1 19:15, funct3 14:12, rs2 24:20, opcode 6:0. The offset replaces
  // rs1; a compressed instruction is represented by its expansion with bit 1 cleared.
  constexpr std::uint32_t opcode_and_funct3 = 0x0000707f;
  constexpr std::uint32_t rd = 0x00000f80;
  constexpr std::uint32_t rs2 = 0x01f00000;
  constexpr std::uint32_t above_rs1 = 0xfff00000;
  std::uint32_t kept = 0;
  switch (instruction.instruction_class) {
    case InstructionClass::load:
      // HLV and HLVX keep funct7 and rs2, which distinguish them; other loads lose their immediate.
      kept = rd | (is_guest_access(instruction.operation) ? above_rs1 : 0);
      break;
    case InstructionClass::store:
      kept = is_guest_access(instruction.operation) ? above_rs1 : rs2;
      break;
    case InstructionClass::amo:
    case InstructionClass::load_reserved:
    case InstructionClass::store_conditional:
      kept = rd | above_rs1;
      break;
    default:
      return 0;
  }
  std::uint32_t result = instruction.expanded & (kept | opcode_and_funct3);
  result |= static_cast<std::uint32_t>(offset & 0x1f) << 15;
  if (instruction.length == 2) result &= ~std::uint32_t{2};
  return result;
}

}  // namespace cyclevisor
