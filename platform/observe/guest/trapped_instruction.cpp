#include "platform/observe/guest/trapped_instruction.hpp"

#include "models/hart/isa/decode.hpp"
#include "platform/observe/guest/timer_map.hpp"

namespace cyclevisor {
namespace {

// Exception codes (privileged specification, "Machine Cause Register").
constexpr std::uint64_t illegal_instruction = 2;
constexpr std::uint64_t load_access_fault = 5;
constexpr std::uint64_t store_access_fault = 7;
constexpr std::uint64_t load_page_fault = 13;
constexpr std::uint64_t store_page_fault = 15;

using Kind = TrappedInstruction::Kind;
using Update = TrappedInstruction::Update;

void read_csr_instruction(const Instruction& instruction, const Trap& trap,
                          TrappedInstruction& result) {
  result.kind = Kind::csr;
  result.csr = static_cast<unsigned>(instruction.immediate);
  switch (instruction.operation) {
    case Operation::csrrw:
    case Operation::csrrwi:
      result.update = Update::write;
      break;
    case Operation::csrrs:
    case Operation::csrrsi:
      result.update = instruction.rs1 == 0 ? Update::none : Update::set;
      break;
    default:
      result.update = instruction.rs1 == 0 ? Update::none : Update::clear;
      break;
  }
  const bool immediate = instruction.operation == Operation::csrrwi ||
                         instruction.operation == Operation::csrrsi ||
                         instruction.operation == Operation::csrrci;
  result.operand = immediate ? instruction.rs1 : trap.x[instruction.rs1];
}

void read_refused(const Instruction& instruction, const Trap& trap, TrappedInstruction& result) {
  if (instruction.instruction_class == InstructionClass::csr) {
    read_csr_instruction(instruction, trap, result);
  } else if (instruction.operation == Operation::mret) {
    result.kind = Kind::mret;
  } else if (instruction.operation == Operation::wfi) {
    result.kind = Kind::wfi;
  }
}

void read_access(const Instruction& instruction, const Trap& trap, TrappedInstruction& result) {
  switch (instruction.operation) {
    case Operation::lb:
    case Operation::lbu:
    case Operation::sb:
      result.bytes = 1;
      break;
    case Operation::lh:
    case Operation::lhu:
    case Operation::sh:
      result.bytes = 2;
      break;
    case Operation::lw:
    case Operation::lwu:
    case Operation::sw:
      result.bytes = 4;
      break;
    case Operation::ld:
    case Operation::sd:
      result.bytes = 8;
      break;
    default:
      return;  // LR, SC and AMOs: not answered by a device
  }
  result.address = trap.x[instruction.rs1] + static_cast<std::uint64_t>(instruction.immediate);
  if (instruction.instruction_class == InstructionClass::store) {
    result.kind = Kind::store;
    result.value = low_bytes(trap.x[instruction.rs2], result.bytes);
  } else {
    result.kind = Kind::load;
    result.sign_extended = instruction.operation == Operation::lb ||
                           instruction.operation == Operation::lh ||
                           instruction.operation == Operation::lw;
  }
}

}  // namespace

TrappedInstruction trapped_instruction(const Trap& trap) {
  TrappedInstruction result;
  if (trap.is_interrupt()) {
    result.kind = Kind::interrupt;
    result.length = 0;
    return result;
  }
  const auto instruction = decode(trap.instruction, ExtensionSet::all());
  if (!instruction) return result;
  result.length = instruction->length;
  result.rd = instruction->rd;
  switch (trap.number()) {
    case illegal_instruction:
      read_refused(*instruction, trap, result);
      break;
    case load_access_fault:
    case store_access_fault:
    case load_page_fault:
    case store_page_fault:
      read_access(*instruction, trap, result);
      break;
    default:
      break;
  }
  return result;
}

bool is_data_fault(const Trap& trap) {
  if (trap.is_interrupt()) return false;
  switch (trap.number()) {
    case load_access_fault:
    case store_access_fault:
    case load_page_fault:
    case store_page_fault:
      return true;
    default:
      return false;
  }
}

std::uint64_t extended(std::uint64_t value, unsigned bytes, bool sign_extended) {
  const std::uint64_t low = low_bytes(value, bytes);
  if (!sign_extended || bytes >= 8) return low;
  const std::uint64_t sign = std::uint64_t{1} << (8 * bytes - 1);
  return (low ^ sign) - sign;
}

}  // namespace cyclevisor
