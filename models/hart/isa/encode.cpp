#include "models/hart/isa/encode.hpp"

#include "models/hart/isa/bit_fields.hpp"
#include "models/hart/isa/instruction_table.hpp"

namespace cyclevisor {

std::uint32_t encode(Operation operation, const Operands& operands) {
  const InstructionRow& entry = row(operation);
  const auto immediate = static_cast<std::uint32_t>(operands.immediate);
  const std::uint32_t rd = bit_field(operands.rd, 4, 0, 7);
  const std::uint32_t rs1 = bit_field(operands.rs1, 4, 0, 15);
  const std::uint32_t rs2 = bit_field(operands.rs2, 4, 0, 20);
  const std::uint32_t upper_12 = bit_field(immediate, 11, 0, 20);
  std::uint32_t fields = 0;
  switch (entry.format) {
    case OperandFormat::none:
      break;
    case OperandFormat::upper:
      fields = rd | (immediate & 0xfffff000);
      break;
    case OperandFormat::jump:
      fields = rd | bit_field(immediate, 20, 20, 31) | bit_field(immediate, 10, 1, 21) |
               bit_field(immediate, 11, 11, 20) | bit_field(immediate, 19, 12, 12);
      break;
    case OperandFormat::branch:
      fields = rs1 | rs2 | bit_field(immediate, 12, 12, 31) | bit_field(immediate, 10, 5, 25) |
               bit_field(immediate, 4, 1, 8) | bit_field(immediate, 11, 11, 7);
      break;
    case OperandFormat::store:
      fields = rs1 | rs2 | bit_field(immediate, 11, 5, 25) | bit_field(immediate, 4, 0, 7);
      break;
    case OperandFormat::jump_register:
    case OperandFormat::load:
    case OperandFormat::immediate:
    case OperandFormat::csr:
    case OperandFormat::csr_immediate:
      fields = rd | rs1 | upper_12;
      break;
    case OperandFormat::shift:
      fields = rd | rs1 | bit_field(immediate, 5, 0, 20);
      break;
    case OperandFormat::shift_word:
      fields = rd | rs1 | bit_field(immediate, 4, 0, 20);
      break;
    case OperandFormat::fence:
      fields = upper_12;
      break;
    case OperandFormat::registers:
    case OperandFormat::amo:
      fields = rd | rs1 | rs2;
      break;
    case OperandFormat::load_address:
      fields = rd | rs1;
      break;
    case OperandFormat::store_address:
    case OperandFormat::translation_fence:
      fields = rs1 | rs2;
      break;
  }
  return entry.match | fields;
}

}  // namespace cyclevisor
