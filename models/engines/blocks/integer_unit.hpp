// Integer results of decoded instructions, to be inlined into the fast path. The hart's executors
// (models/hart/execute) define what is correct; a test compares.
#pragma once

#include <cstdint>

#include "models/hart/isa/instruction.hpp"

namespace cyclevisor {

inline std::uint64_t extend_word(std::uint64_t value) {
  return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(value)});
}

/// The result of an instruction of class alu other than lui and auipc. `a` and `b` are the values
/// of rs1 and rs2.
[[gnu::always_inline]] inline std::uint64_t alu_result(Operation operation, std::uint64_t immediate,
                                                       std::uint64_t a, std::uint64_t b) {
  const auto signed_a = static_cast<std::int64_t>(a);
  const auto signed_b = static_cast<std::int64_t>(b);
  const auto signed_immediate = static_cast<std::int64_t>(immediate);
  switch (operation) {
    case Operation::addi:
      return a + immediate;
    case Operation::slti:
      return signed_a < signed_immediate ? 1 : 0;
    case Operation::sltiu:
      return a < immediate ? 1 : 0;
    case Operation::xori:
      return a ^ immediate;
    case Operation::ori:
      return a | immediate;
    case Operation::andi:
      return a & immediate;
    case Operation::slli:
      return a << immediate;
    case Operation::srli:
      return a >> immediate;
    case Operation::srai:
      return static_cast<std::uint64_t>(signed_a >> immediate);
    case Operation::add:
      return a + b;
    case Operation::sub:
      return a - b;
    case Operation::sll:
      return a << (b & 63);
    case Operation::slt:
      return signed_a < signed_b ? 1 : 0;
    case Operation::sltu:
      return a < b ? 1 : 0;
    case Operation::xor_:
      return a ^ b;
    case Operation::srl:
      return a >> (b & 63);
    case Operation::sra:
      return static_cast<std::uint64_t>(signed_a >> (b & 63));
    case Operation::or_:
      return a | b;
    case Operation::and_:
      return a & b;
    case Operation::addiw:
      return extend_word(a + immediate);
    case Operation::slliw:
      return extend_word(a << immediate);
    case Operation::srliw:
      return extend_word((a & 0xffffffff) >> immediate);
    case Operation::sraiw:
      return extend_word(static_cast<std::uint64_t>(static_cast<std::int32_t>(a) >> immediate));
    case Operation::addw:
      return extend_word(a + b);
    case Operation::subw:
      return extend_word(a - b);
    case Operation::sllw:
      return extend_word(a << (b & 31));
    case Operation::srlw:
      return extend_word((a & 0xffffffff) >> (b & 31));
    default:  // sraw
      return extend_word(static_cast<std::uint64_t>(static_cast<std::int32_t>(a) >> (b & 31)));
  }
}

/// The result of an instruction of class alu.
inline std::uint64_t alu_result(const Instruction& instruction, std::uint64_t pc, std::uint64_t a,
                                std::uint64_t b) {
  const auto immediate = static_cast<std::uint64_t>(instruction.immediate);
  if (instruction.operation == Operation::lui) return immediate;
  if (instruction.operation == Operation::auipc) return pc + immediate;
  return alu_result(instruction.operation, immediate, a, b);
}

/// A loaded value as the register receives it; the operand is in the low bytes of `raw`.
inline std::uint64_t extended_load(Operation operation, std::uint64_t raw) {
  switch (operation) {
    case Operation::lb:
      return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int8_t>(raw)});
    case Operation::lh:
      return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int16_t>(raw)});
    case Operation::lw:
      return extend_word(raw);
    default:
      return raw;
  }
}

}  // namespace cyclevisor
