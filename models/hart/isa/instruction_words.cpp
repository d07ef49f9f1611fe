// Names of operand formats and instruction classes.
#include "models/hart/isa/instruction_table.hpp"

namespace cyclevisor {

std::string_view syntax(OperandFormat format) {
  switch (format) {
    case OperandFormat::none:
      return "";
    case OperandFormat::upper:
      return "rd,upper";
    case OperandFormat::jump:
      return "rd,target";
    case OperandFormat::jump_register:
    case OperandFormat::load:
      return "rd,imm(rs1)";
    case OperandFormat::branch:
      return "rs1,rs2,target";
    case OperandFormat::store:
      return "rs2,imm(rs1)";
    case OperandFormat::immediate:
      return "rd,rs1,imm";
    case OperandFormat::shift:
    case OperandFormat::shift_word:
      return "rd,rs1,shamt";
    case OperandFormat::registers:
      return "rd,rs1,rs2";
    case OperandFormat::fence:
      return "pred,succ";
    case OperandFormat::csr:
      return "rd,csr,rs1";
    case OperandFormat::csr_immediate:
      return "rd,csr,uimm";
    case OperandFormat::amo:
      return "rd,rs2,(rs1)";
    case OperandFormat::load_address:
      return "rd,(rs1)";
    case OperandFormat::store_address:
      return "rs2,(rs1)";
    case OperandFormat::translation_fence:
      return "rs1,rs2";
  }
  return "";
}

std::string_view name(InstructionClass instruction_class) {
  switch (instruction_class) {
    case InstructionClass::alu:
      return "alu";
    case InstructionClass::load:
      return "load";
    case InstructionClass::store:
      return "store";
    case InstructionClass::branch:
      return "branch";
    case InstructionClass::jump:
      return "jump";
    case InstructionClass::multiply:
      return "multiply";
    case InstructionClass::divide:
      return "divide";
    case InstructionClass::amo:
      return "amo";
    case InstructionClass::load_reserved:
      return "load-reserved";
    case InstructionClass::store_conditional:
      return "store-conditional";
    case InstructionClass::csr:
      return "csr";
    case InstructionClass::fence:
      return "fence";
    case InstructionClass::translation_fence:
      return "translation-fence";
    case InstructionClass::environment:
      return "environment";
    case InstructionClass::trap_return:
      return "trap-return";
    case InstructionClass::wait:
      return "wait";
  }
  return "";
}

}  // namespace cyclevisor
