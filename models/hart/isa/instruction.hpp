// A decoded instruction.
#pragma once

#include <cstdint>

#include "models/hart/isa/operation.hpp"

namespace cyclevisor {

/// Classes of instructions that a pipeline treats in the same way.
enum class InstructionClass : std::uint8_t {
  alu,
  load,
  store,
  branch,  ///< conditional
  jump,    ///< jal, jalr
  multiply,
  divide,  ///< including remainders
  amo,
  load_reserved,
  store_conditional,
  csr,
  fence,              ///< fence, fence.i
  translation_fence,  ///< sfence.vma, hfence.vvma, hfence.gvma
  environment,        ///< ecall, ebreak
  trap_return,        ///< mret, sret
  wait,               ///< wfi
};

/// The compressed instructions: the row in the compressed table.
enum class CompressedForm : std::uint8_t {
  c_addi4spn,
  c_lw,
  c_ld,
  c_sw,
  c_sd,
  c_nop,
  c_addi,
  c_addiw,
  c_li,
  c_addi16sp,
  c_lui,
  c_srli,
  c_srai,
  c_andi,
  c_sub,
  c_xor,
  c_or,
  c_and,
  c_subw,
  c_addw,
  c_j,
  c_beqz,
  c_bnez,
  c_slli,
  c_lwsp,
  c_ldsp,
  c_jr,
  c_mv,
  c_ebreak,
  c_jalr,
  c_add,
  c_swsp,
  c_sdsp,
  none,  ///< not a compressed instruction; has no row
};

/// One legal instruction, ready for execution. Small, since a decode cache holds many.
struct Instruction {
  /// The sign-extended immediate, in bytes for offsets and shifted into place for `lui` and
  /// `auipc`; the shift amount (0..63); for Zicsr the CSR's number (0..4095); for `fence` the 12
  /// bits fm, predecessor, successor. 0 when the instruction has none of them.
  std::int64_t immediate = 0;
  /// As fetched; a compressed instruction in the low 16 bits, the rest 0.
  std::uint32_t raw = 0;
  /// The 32-bit form: what a compressed instruction expands to, otherwise as fetched.
  std::uint32_t expanded = 0;
  Operation operation = Operation::addi;
  /// Registers x0..x31; 0 when the instruction does not have the operand, so writing `rd` when it
  /// is not 0 is always right. In csrrwi, csrrsi and csrrci `rs1` is the 5-bit unsigned immediate.
  std::uint8_t rd = 0;
  std::uint8_t rs1 = 0;
  std::uint8_t rs2 = 0;
  std::uint8_t length = 4;  ///< bytes in memory: 2 or 4
  InstructionClass instruction_class = InstructionClass::alu;
  CompressedForm compressed = CompressedForm::none;
};

static_assert(sizeof(Instruction) <= 24, "a decode cache holds many");

}  // namespace cyclevisor
