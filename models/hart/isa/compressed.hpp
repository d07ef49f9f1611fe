// The compressed instructions (unprivileged specification, "C: Compressed Instructions") of RV64
// without F and D.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/hart/isa/instruction.hpp"

namespace cyclevisor {

/// Which operands a 16-bit instruction has and their positions in the encoding. rd', rs1' and rs2'
/// are the 3-bit fields that name x8..x15.
enum class CompressedFormat : std::uint8_t {
  none,             ///< no operand
  stack_address,    ///< CIW: rd', immediate added to x2
  load_word,        ///< CL: rd', rs1'
  load_double,      ///< CL: rd', rs1'
  store_word,       ///< CS: rs2', rs1'
  store_double,     ///< CS: rs2', rs1'
  immediate,        ///< CI: rd is rs1 too
  load_immediate,   ///< CI: rd
  upper,            ///< CI: rd
  stack_adjust,     ///< CI: rd and rs1 are x2
  shift_left,       ///< CI: rd is rs1 too
  shift_right,      ///< CB: rd' is rs1 too
  and_immediate,    ///< CB: rd' is rs1 too
  arithmetic,       ///< CA: rd' is rs1 too, rs2'
  jump,             ///< CJ: rd is x0
  branch,           ///< CB: rs1', rs2 is x0
  load_word_sp,     ///< CI: rd, rs1 is x2
  load_double_sp,   ///< CI: rd, rs1 is x2
  store_word_sp,    ///< CSS: rs2, rs1 is x2
  store_double_sp,  ///< CSS: rs2, rs1 is x2
  jump_register,    ///< CR: rs1, rd is x0
  jump_and_link,    ///< CR: rs1, rd is x1
  move,             ///< CR: rd, rs2, rs1 is x0
  add               ///< CR: rd is rs1 too, rs2
};

/// A condition on the operands in addition to the fixed bits; otherwise the encoding is reserved,
/// or belongs to another row.
enum class CompressedRule : std::uint8_t {
  any,
  immediate_not_0,
  rd_not_x0,  ///< bits 11:7, also when they name rs1
  rs2_not_x0,
  rd_not_x2_immediate_not_0,
};

/// One row: one compressed instruction. Encodings that the specification calls HINTs belong to the
/// row whose expansion they have; they change no state, since their expansion writes x0 or the
/// value that is already there.
struct CompressedRow {
  CompressedForm form;
  std::string_view mnemonic;
  std::uint16_t match;
  std::uint16_t mask;
  CompressedFormat format;
  CompressedRule rule;
  Operation expansion;
  std::string_view syntax;  ///< as syntax(OperandFormat), of the expansion's operands
};

inline constexpr std::size_t compressed_count = static_cast<std::size_t>(CompressedForm::none);

/// The rows in the order of CompressedForm. No encoding belongs to two rows.
extern const std::array<CompressedRow, compressed_count> compressed_table;

inline const CompressedRow& row(CompressedForm form) {
  return compressed_table[static_cast<std::size_t>(form)];
}

/// Whether `bits` are an encoding of this row.
bool matches(const CompressedRow& entry, std::uint16_t bits);

struct Expansion {
  CompressedForm form;
  std::uint32_t bits;  ///< of the 32-bit instruction
};

/// The expansion of a 16-bit encoding, or nothing when it is reserved, needs F or D, or is the
/// beginning of a longer encoding.
std::optional<Expansion> expand(std::uint16_t bits);

}  // namespace cyclevisor
