// RV64I: integer computation and control transfer.
#include "models/hart/execute/branch.hpp"
#include "models/hart/execute/execute.hpp"

namespace cyclevisor {
namespace {

std::uint64_t sign_extend_word(std::uint64_t value) {
  return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(value)});
}

std::int64_t as_signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::int32_t as_signed_word(std::uint64_t value) { return static_cast<std::int32_t>(value); }

}  // namespace

Step execute_integer(Core& core, const Instruction& instruction) {
  const std::uint64_t a = core.x[instruction.rs1];
  const std::uint64_t b = core.x[instruction.rs2];
  const auto immediate = static_cast<std::uint64_t>(instruction.immediate);
  std::uint64_t result = 0;
  switch (instruction.operation) {
    case Operation::lui:
      result = immediate;
      break;
    case Operation::auipc:
      result = core.pc + immediate;
      break;
    case Operation::addi:
      result = a + immediate;
      break;
    case Operation::slti:
      result = as_signed(a) < instruction.immediate ? 1 : 0;
      break;
    case Operation::sltiu:
      result = a < immediate ? 1 : 0;
      break;
    case Operation::xori:
      result = a ^ immediate;
      break;
    case Operation::ori:
      result = a | immediate;
      break;
    case Operation::andi:
      result = a & immediate;
      break;
    case Operation::slli:
      result = a << immediate;
      break;
    case Operation::srli:
      result = a >> immediate;
      break;
    case Operation::srai:
      result = static_cast<std::uint64_t>(as_signed(a) >> immediate);
      break;
    case Operation::add:
      result = a + b;
      break;
    case Operation::sub:
      result = a - b;
      break;
    case Operation::sll:
      result = a << (b & 63);
      break;
    case Operation::slt:
      result = as_signed(a) < as_signed(b) ? 1 : 0;
      break;
    case Operation::sltu:
      result = a < b ? 1 : 0;
      break;
    case Operation::xor_:
      result = a ^ b;
      break;
    case Operation::srl:
      result = a >> (b & 63);
      break;
    case Operation::sra:
      result = static_cast<std::uint64_t>(as_signed(a) >> (b & 63));
      break;
    case Operation::or_:
      result = a | b;
      break;
    case Operation::and_:
      result = a & b;
      break;
    case Operation::addiw:
      result = sign_extend_word(a + immediate);
      break;
    case Operation::slliw:
      result = sign_extend_word(a << immediate);
      break;
    case Operation::srliw:
      result = sign_extend_word((a & 0xffffffff) >> immediate);
      break;
    case Operation::sraiw:
      result = sign_extend_word(static_cast<std::uint64_t>(as_signed_word(a) >> immediate));
      break;
    case Operation::addw:
      result = sign_extend_word(a + b);
      break;
    case Operation::subw:
      result = sign_extend_word(a - b);
      break;
    case Operation::sllw:
      result = sign_extend_word(a << (b & 31));
      break;
    case Operation::srlw:
      result = sign_extend_word((a & 0xffffffff) >> (b & 31));
      break;
    case Operation::sraw:
      result = sign_extend_word(static_cast<std::uint64_t>(as_signed_word(a) >> (b & 31)));
      break;
    default:
      return core.raise_illegal(instruction);
  }
  core.write_x(instruction.rd, result);
  return Step::sequential;
}

Step execute_control(Core& core, const Instruction& instruction) {
  const auto offset = static_cast<std::uint64_t>(instruction.immediate);
  std::uint64_t target = core.pc + offset;
  if (instruction.instruction_class == InstructionClass::branch) {
    if (!branch_taken(instruction.operation, core.x[instruction.rs1], core.x[instruction.rs2])) {
      return Step::sequential;
    }
  } else if (instruction.operation == Operation::jalr) {
    target = (core.x[instruction.rs1] + offset) & ~std::uint64_t{1};
  }
  if ((target & 2) != 0 && !core.has(Extension::c)) {
    return core.raise(ExceptionCause::instruction_address_misaligned, target,
                      is_virtual(core.mode) ? TrapValue::guest_virtual_address : TrapValue::other);
  }
  core.write_x(instruction.rd, core.next_pc);
  core.next_pc = target;
  return Step::redirect;
}

}  // namespace cyclevisor
