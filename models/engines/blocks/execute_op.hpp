// Execution of the instructions that the fast path executes itself, to be inlined there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "models/engines/blocks/integer_unit.hpp"
#include "models/engines/blocks/micro_op.hpp"
#include "models/hart/execute/branch.hpp"
#include "models/hart/execute/core.hpp"
#include "models/hart/execute/execute.hpp"

namespace cyclevisor {

/// The operand of 1, 2, 4 or 8 bytes at `host`, zero-extended. The host is little-endian too.
inline std::uint64_t load_operand(const std::byte* host, unsigned bytes) {
  std::uint64_t value = 0;
  switch (bytes) {
    case 1:
      std::memcpy(&value, host, 1);
      break;
    case 2:
      std::memcpy(&value, host, 2);
      break;
    case 4:
      std::memcpy(&value, host, 4);
      break;
    default:
      std::memcpy(&value, host, 8);
  }
  return value;
}

inline void store_operand(std::byte* host, unsigned bytes, std::uint64_t value) {
  switch (bytes) {
    case 1:
      std::memcpy(host, &value, 1);
      break;
    case 2:
      std::memcpy(host, &value, 2);
      break;
    case 4:
      std::memcpy(host, &value, 4);
      break;
    default:
      std::memcpy(host, &value, 8);
  }
}

/// Executes an instruction of any group but `other`. `host` is its operand, if it has one. Returns
/// the next pc.
[[gnu::always_inline]] inline std::uint64_t execute_op(Core& core, const MicroOp& op,
                                                       std::uint64_t pc, std::byte* host) {
  const Instruction& instruction = op.instruction;
  const std::uint64_t a = core.x[instruction.rs1];
  const std::uint64_t b = core.x[instruction.rs2];
  const std::uint64_t link = pc + instruction.length;
  const auto offset = static_cast<std::uint64_t>(instruction.immediate);
  switch (op.group) {
    case MicroOp::Group::alu:
      core.write_x(instruction.rd, alu_result(instruction, pc, a, b));
      break;
    case MicroOp::Group::load:
      core.write_x(instruction.rd,
                   extended_load(instruction.operation, load_operand(host, op.bytes)));
      break;
    case MicroOp::Group::store:
      store_operand(host, op.bytes, b);
      break;
    case MicroOp::Group::branch:
      return branch_taken(instruction.operation, a, b) ? pc + offset : link;
    case MicroOp::Group::jump:
      core.write_x(instruction.rd, link);
      return instruction.operation == Operation::jal ? pc + offset
                                                     : (a + offset) & ~std::uint64_t{1};
    default:
      execute_multiply(core, instruction);
      break;
  }
  return link;
}

}  // namespace cyclevisor
