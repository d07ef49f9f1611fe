// The table of instructions. Decode, disassembly, coverage and docs/isa.md are derived from it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/hart/isa/extensions.hpp"
#include "models/hart/isa/instruction.hpp"

namespace cyclevisor {

/// Which operands a 32-bit instruction has, their positions in the encoding and their assembler
/// syntax.
enum class OperandFormat : std::uint8_t {
  none,              ///< nothing: every bit is fixed, or ignored as in fence.i
  upper,             ///< U-type
  jump,              ///< J-type
  jump_register,     ///< I-type, written as an address
  branch,            ///< B-type
  load,              ///< I-type, written as an address
  store,             ///< S-type
  immediate,         ///< I-type
  shift,             ///< I-type with a shift amount of 6 bits
  shift_word,        ///< I-type with a shift amount of 5 bits
  registers,         ///< R-type
  fence,             ///< fm, predecessor and successor sets
  csr,               ///< CSR number and rs1
  csr_immediate,     ///< CSR number and a 5-bit immediate in place of rs1
  amo,               ///< R-type, written with rs1 as an address
  load_address,      ///< rd and rs1: lr, hlv
  store_address,     ///< rs2 and rs1: hsv
  translation_fence  ///< rs1 and rs2
};

/// One row: one instruction in its 32-bit form.
struct InstructionRow {
  Operation operation;
  std::string_view mnemonic;
  std::uint32_t match;  ///< value of the fixed bits
  std::uint32_t mask;   ///< which bits are fixed
  OperandFormat format;
  Extension extension;
  InstructionClass instruction_class;
  std::string_view description;
  std::string_view chapter;  ///< of the specification: volume and title
};

/// The rows in the order of Operation. No two rows match the same bits.
extern const std::array<InstructionRow, operation_count> instruction_table;

inline const InstructionRow& row(Operation operation) {
  return instruction_table[static_cast<std::size_t>(operation)];
}

/// The assembler syntax of the operands: "rd,rs1,imm". The words `rd`, `rs1`, `rs2`, `imm`,
/// `shamt`, `upper`, `target`, `csr`, `uimm`, `pred`, `succ` stand for the operands; everything
/// else is literal.
std::string_view syntax(OperandFormat format);

/// "alu", "load-reserved", ...
std::string_view name(InstructionClass instruction_class);

}  // namespace cyclevisor
