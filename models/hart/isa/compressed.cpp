#include "models/hart/isa/compressed.hpp"

#include "models/hart/isa/bit_fields.hpp"
#include "models/hart/isa/encode.hpp"

namespace cyclevisor {
namespace {

using C = CompressedForm;
using F = CompressedFormat;
using R = CompressedRule;
using O = Operation;

/// The quadrant and funct3 are fixed.
constexpr std::uint16_t funct3_mask = 0xe003;

// clang-format off
constexpr std::array<CompressedRow, compressed_count> rows = {{
    // Quadrant 0
    {C::c_addi4spn, "c.addi4spn", 0x0000, funct3_mask, F::stack_address, R::immediate_not_0, O::addi, "rd,rs1,imm"},
    {C::c_lw, "c.lw", 0x4000, funct3_mask, F::load_word, R::any, O::lw, "rd,imm(rs1)"},
    {C::c_ld, "c.ld", 0x6000, funct3_mask, F::load_double, R::any, O::ld, "rd,imm(rs1)"},
    {C::c_sw, "c.sw", 0xc000, funct3_mask, F::store_word, R::any, O::sw, "rs2,imm(rs1)"},
    {C::c_sd, "c.sd", 0xe000, funct3_mask, F::store_double, R::any, O::sd, "rs2,imm(rs1)"},
    // Quadrant 1. c.nop is c.addi with x0; with an immediate it is a HINT.
    {C::c_nop, "c.nop", 0x0001, 0xef83, F::immediate, R::any, O::addi, ""},
    {C::c_addi, "c.addi", 0x0001, funct3_mask, F::immediate, R::rd_not_x0, O::addi, "rd,imm"},
    {C::c_addiw, "c.addiw", 0x2001, funct3_mask, F::immediate, R::rd_not_x0, O::addiw, "rd,imm"},
    {C::c_li, "c.li", 0x4001, funct3_mask, F::load_immediate, R::any, O::addi, "rd,imm"},
    {C::c_addi16sp, "c.addi16sp", 0x6101, 0xef83, F::stack_adjust, R::immediate_not_0, O::addi, "rd,imm"},
    {C::c_lui, "c.lui", 0x6001, funct3_mask, F::upper, R::rd_not_x2_immediate_not_0, O::lui, "rd,upper"},
    {C::c_srli, "c.srli", 0x8001, 0xec03, F::shift_right, R::any, O::srli, "rd,shamt"},
    {C::c_srai, "c.srai", 0x8401, 0xec03, F::shift_right, R::any, O::srai, "rd,shamt"},
    {C::c_andi, "c.andi", 0x8801, 0xec03, F::and_immediate, R::any, O::andi, "rd,imm"},
    {C::c_sub, "c.sub", 0x8c01, 0xfc63, F::arithmetic, R::any, O::sub, "rd,rs2"},
    {C::c_xor, "c.xor", 0x8c21, 0xfc63, F::arithmetic, R::any, O::xor_, "rd,rs2"},
    {C::c_or, "c.or", 0x8c41, 0xfc63, F::arithmetic, R::any, O::or_, "rd,rs2"},
    {C::c_and, "c.and", 0x8c61, 0xfc63, F::arithmetic, R::any, O::and_, "rd,rs2"},
    {C::c_subw, "c.subw", 0x9c01, 0xfc63, F::arithmetic, R::any, O::subw, "rd,rs2"},
    {C::c_addw, "c.addw", 0x9c21, 0xfc63, F::arithmetic, R::any, O::addw, "rd,rs2"},
    {C::c_j, "c.j", 0xa001, funct3_mask, F::jump, R::any, O::jal, "target"},
    {C::c_beqz, "c.beqz", 0xc001, funct3_mask, F::branch, R::any, O::beq, "rs1,target"},
    {C::c_bnez, "c.bnez", 0xe001, funct3_mask, F::branch, R::any, O::bne, "rs1,target"},
    // Quadrant 2
    {C::c_slli, "c.slli", 0x0002, funct3_mask, F::shift_left, R::any, O::slli, "rd,shamt"},
    {C::c_lwsp, "c.lwsp", 0x4002, funct3_mask, F::load_word_sp, R::rd_not_x0, O::lw, "rd,imm(rs1)"},
    {C::c_ldsp, "c.ldsp", 0x6002, funct3_mask, F::load_double_sp, R::rd_not_x0, O::ld, "rd,imm(rs1)"},
    {C::c_jr, "c.jr", 0x8002, 0xf07f, F::jump_register, R::rd_not_x0, O::jalr, "rs1"},
    {C::c_mv, "c.mv", 0x8002, 0xf003, F::move, R::rs2_not_x0, O::add, "rd,rs2"},
    {C::c_ebreak, "c.ebreak", 0x9002, 0xffff, F::none, R::any, O::ebreak, ""},
    {C::c_jalr, "c.jalr", 0x9002, 0xf07f, F::jump_and_link, R::rd_not_x0, O::jalr, "rs1"},
    {C::c_add, "c.add", 0x9002, 0xf003, F::add, R::rs2_not_x0, O::add, "rd,rs2"},
    {C::c_swsp, "c.swsp", 0xc002, funct3_mask, F::store_word_sp, R::any, O::sw, "rs2,imm(rs1)"},
    {C::c_sdsp, "c.sdsp", 0xe002, funct3_mask, F::store_double_sp, R::any, O::sd, "rs2,imm(rs1)"},
}};
// clang-format on

constexpr bool rows_are_in_the_order_of_form() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].form != static_cast<CompressedForm>(i)) return false;
  }
  return true;
}
static_assert(rows_are_in_the_order_of_form(), "row(form) indexes the table");

constexpr std::uint8_t link_register = 1;
constexpr std::uint8_t stack_pointer = 2;

/// x0..x31 named by the 5-bit field that starts at bit `low`.
std::uint8_t any_register(std::uint32_t bits, unsigned low) {
  return static_cast<std::uint8_t>(bit_field(bits, low + 4, low));
}

/// x8..x15 named by the 3-bit field that starts at bit `low`.
std::uint8_t popular_register(std::uint32_t bits, unsigned low) {
  return static_cast<std::uint8_t>(8 + bit_field(bits, low + 2, low));
}

/// The CI immediate: bit 5 in bit 12, the others in bits 6:2.
std::uint32_t ci_field(std::uint32_t bits) {
  return bit_field(bits, 12, 12, 5) | bit_field(bits, 6, 2);
}

/// The operands of the expansion ("Compressed Instruction Formats" and the instructions' own
/// figures, which give every bit's position).
Operands operands(CompressedFormat format, std::uint32_t bits) {
  switch (format) {
    case CompressedFormat::none:
      return {};
    case CompressedFormat::stack_address:
      return {popular_register(bits, 2), stack_pointer, 0,
              bit_field(bits, 12, 11, 4) | bit_field(bits, 10, 7, 6) | bit_field(bits, 6, 6, 2) |
                  bit_field(bits, 5, 5, 3)};
    case CompressedFormat::load_word:
      return {popular_register(bits, 2), popular_register(bits, 7), 0,
              bit_field(bits, 12, 10, 3) | bit_field(bits, 6, 6, 2) | bit_field(bits, 5, 5, 6)};
    case CompressedFormat::load_double:
      return {popular_register(bits, 2), popular_register(bits, 7), 0,
              bit_field(bits, 12, 10, 3) | bit_field(bits, 6, 5, 6)};
    case CompressedFormat::store_word:
      return {0, popular_register(bits, 7), popular_register(bits, 2),
              bit_field(bits, 12, 10, 3) | bit_field(bits, 6, 6, 2) | bit_field(bits, 5, 5, 6)};
    case CompressedFormat::store_double:
      return {0, popular_register(bits, 7), popular_register(bits, 2),
              bit_field(bits, 12, 10, 3) | bit_field(bits, 6, 5, 6)};
    case CompressedFormat::immediate:
      return {any_register(bits, 7), any_register(bits, 7), 0, sign_extend(ci_field(bits), 6)};
    case CompressedFormat::load_immediate:
      return {any_register(bits, 7), 0, 0, sign_extend(ci_field(bits), 6)};
    case CompressedFormat::upper:
      return {any_register(bits, 7), 0, 0, sign_extend(ci_field(bits), 6) * 4096};
    case CompressedFormat::stack_adjust:
      return {stack_pointer, stack_pointer, 0,
              sign_extend(bit_field(bits, 12, 12, 9) | bit_field(bits, 6, 6, 4) |
                              bit_field(bits, 5, 5, 6) | bit_field(bits, 4, 3, 7) |
                              bit_field(bits, 2, 2, 5),
                          10)};
    case CompressedFormat::shift_left:
      return {any_register(bits, 7), any_register(bits, 7), 0, ci_field(bits)};
    case CompressedFormat::shift_right:
      return {popular_register(bits, 7), popular_register(bits, 7), 0, ci_field(bits)};
    case CompressedFormat::and_immediate:
      return {popular_register(bits, 7), popular_register(bits, 7), 0,
              sign_extend(ci_field(bits), 6)};
    case CompressedFormat::arithmetic:
      return {popular_register(bits, 7), popular_register(bits, 7), popular_register(bits, 2), 0};
    case CompressedFormat::jump:
      return {0, 0, 0,
              sign_extend(bit_field(bits, 12, 12, 11) | bit_field(bits, 11, 11, 4) |
                              bit_field(bits, 10, 9, 8) | bit_field(bits, 8, 8, 10) |
                              bit_field(bits, 7, 7, 6) | bit_field(bits, 6, 6, 7) |
                              bit_field(bits, 5, 3, 1) | bit_field(bits, 2, 2, 5),
                          12)};
    case CompressedFormat::branch:
      return {0, popular_register(bits, 7), 0,
              sign_extend(bit_field(bits, 12, 12, 8) | bit_field(bits, 11, 10, 3) |
                              bit_field(bits, 6, 5, 6) | bit_field(bits, 4, 3, 1) |
                              bit_field(bits, 2, 2, 5),
                          9)};
    case CompressedFormat::load_word_sp:
      return {any_register(bits, 7), stack_pointer, 0,
              bit_field(bits, 12, 12, 5) | bit_field(bits, 6, 4, 2) | bit_field(bits, 3, 2, 6)};
    case CompressedFormat::load_double_sp:
      return {any_register(bits, 7), stack_pointer, 0,
              bit_field(bits, 12, 12, 5) | bit_field(bits, 6, 5, 3) | bit_field(bits, 4, 2, 6)};
    case CompressedFormat::store_word_sp:
      return {0, stack_pointer, any_register(bits, 2),
              bit_field(bits, 12, 9, 2) | bit_field(bits, 8, 7, 6)};
    case CompressedFormat::store_double_sp:
      return {0, stack_pointer, any_register(bits, 2),
              bit_field(bits, 12, 10, 3) | bit_field(bits, 9, 7, 6)};
    case CompressedFormat::jump_register:
      return {0, any_register(bits, 7), 0, 0};
    case CompressedFormat::jump_and_link:
      return {link_register, any_register(bits, 7), 0, 0};
    case CompressedFormat::move:
      return {any_register(bits, 7), 0, any_register(bits, 2), 0};
    case CompressedFormat::add:
      return {any_register(bits, 7), any_register(bits, 7), any_register(bits, 2), 0};
  }
  return {};
}

bool allowed(CompressedRule rule, CompressedFormat format, std::uint32_t bits) {
  switch (rule) {
    case CompressedRule::any:
      return true;
    case CompressedRule::immediate_not_0:
      return operands(format, bits).immediate != 0;
    case CompressedRule::rd_not_x0:
      return any_register(bits, 7) != 0;
    case CompressedRule::rs2_not_x0:
      return any_register(bits, 2) != 0;
    case CompressedRule::rd_not_x2_immediate_not_0:
      return any_register(bits, 7) != stack_pointer && ci_field(bits) != 0;
  }
  return false;
}

}  // namespace

const std::array<CompressedRow, compressed_count> compressed_table = rows;

bool matches(const CompressedRow& entry, std::uint16_t bits) {
  return (bits & entry.mask) == entry.match && allowed(entry.rule, entry.format, bits);
}

std::optional<Expansion> expand(std::uint16_t bits) {
  for (const CompressedRow& entry : rows) {
    if (matches(entry, bits)) {
      return Expansion{entry.form, encode(entry.expansion, operands(entry.format, bits))};
    }
  }
  return std::nullopt;
}

}  // namespace cyclevisor
