#include "models/hart/isa/decode.hpp"

#include <array>
#include <cstddef>

#include "models/hart/isa/bit_fields.hpp"
#include "models/hart/isa/compressed.hpp"
#include "models/hart/isa/instruction_table.hpp"

namespace cyclevisor {
namespace {

/// The rows of the table, grouped by the fields that distinguish most of them: the major opcode and
/// funct3.
class Buckets {
 public:
  Buckets() {
    for (std::uint32_t bucket = 0; bucket < bucket_count; ++bucket) {
      const std::uint32_t bits = (bucket >> 3) << 2 | 0x3 | (bucket & 0x7) << 12;
      starts_[bucket] = used_;
      for (const InstructionRow& entry : instruction_table) {
        const std::uint32_t fixed = entry.mask & bucket_mask;
        if ((bits & fixed) == (entry.match & fixed)) entries_.at(used_++) = &entry;
      }
    }
    starts_[bucket_count] = used_;
  }

  const InstructionRow* find(std::uint32_t bits) const {
    const std::size_t bucket = bit_field(bits, 6, 2, 3) | bit_field(bits, 14, 12);
    for (std::size_t i = starts_[bucket]; i < starts_[bucket + 1]; ++i) {
      if ((bits & entries_[i]->mask) == entries_[i]->match) return entries_[i];
    }
    return nullptr;
  }

 private:
  static constexpr std::uint32_t bucket_mask = 0x707f;
  static constexpr std::size_t bucket_count = 256;
  /// lui, auipc and jal are in eight buckets each, all other rows in one.
  static constexpr std::size_t entry_count = operation_count + 3 * 7;
  std::array<const InstructionRow*, entry_count> entries_{};
  std::array<std::uint16_t, bucket_count + 1> starts_{};
  std::uint16_t used_ = 0;
};

/// The operands, extracted according to their format.
void extract_operands(OperandFormat format, std::uint32_t bits, Instruction& instruction) {
  const auto rd = static_cast<std::uint8_t>(bit_field(bits, 11, 7));
  const auto rs1 = static_cast<std::uint8_t>(bit_field(bits, 19, 15));
  const auto rs2 = static_cast<std::uint8_t>(bit_field(bits, 24, 20));
  switch (format) {
    case OperandFormat::none:
      break;
    case OperandFormat::upper:
      instruction.rd = rd;
      instruction.immediate = sign_extend(bits & 0xfffff000, 32);
      break;
    case OperandFormat::jump:
      instruction.rd = rd;
      instruction.immediate =
          sign_extend(bit_field(bits, 31, 31, 20) | bit_field(bits, 19, 12, 12) |
                          bit_field(bits, 20, 20, 11) | bit_field(bits, 30, 21, 1),
                      21);
      break;
    case OperandFormat::branch:
      instruction.rs1 = rs1;
      instruction.rs2 = rs2;
      instruction.immediate =
          sign_extend(bit_field(bits, 31, 31, 12) | bit_field(bits, 7, 7, 11) |
                          bit_field(bits, 30, 25, 5) | bit_field(bits, 11, 8, 1),
                      13);
      break;
    case OperandFormat::store:
      instruction.rs1 = rs1;
      instruction.rs2 = rs2;
      instruction.immediate = sign_extend(bit_field(bits, 31, 25, 5) | bit_field(bits, 11, 7), 12);
      break;
    case OperandFormat::jump_register:
    case OperandFormat::load:
    case OperandFormat::immediate:
      instruction.rd = rd;
      instruction.rs1 = rs1;
      instruction.immediate = sign_extend(bit_field(bits, 31, 20), 12);
      break;
    case OperandFormat::shift:
      instruction.rd = rd;
      instruction.rs1 = rs1;
      instruction.immediate = bit_field(bits, 25, 20);
      break;
    case OperandFormat::shift_word:
      instruction.rd = rd;
      instruction.rs1 = rs1;
      instruction.immediate = bit_field(bits, 24, 20);
      break;
    case OperandFormat::fence:
      instruction.immediate = bit_field(bits, 31, 20);
      break;
    case OperandFormat::csr:
    case OperandFormat::csr_immediate:
      instruction.rd = rd;
      instruction.rs1 = rs1;
      instruction.immediate = bit_field(bits, 31, 20);
      break;
    case OperandFormat::registers:
    case OperandFormat::amo:
      instruction.rd = rd;
      instruction.rs1 = rs1;
      instruction.rs2 = rs2;
      break;
    case OperandFormat::load_address:
      instruction.rd = rd;
      instruction.rs1 = rs1;
      break;
    case OperandFormat::store_address:
    case OperandFormat::translation_fence:
      instruction.rs1 = rs1;
      instruction.rs2 = rs2;
      break;
  }
}

}  // namespace

std::optional<Instruction> decode(std::uint32_t bits, ExtensionSet extensions) {
  static const Buckets buckets;
  Instruction instruction;
  instruction.raw = bits;
  if (!is_longer_than_16_bits(bits)) {
    if (!extensions.contains(Extension::c)) return std::nullopt;
    const auto expansion = expand(static_cast<std::uint16_t>(bits));
    if (!expansion) return std::nullopt;
    instruction.raw = bits & 0xffff;
    instruction.length = 2;
    instruction.compressed = expansion->form;
    bits = expansion->bits;
  }
  // bits[4:2] = 111 starts an encoding of 48 bits or more; no row has such a major opcode.
  const InstructionRow* entry = buckets.find(bits);
  if (entry == nullptr || !extensions.contains(entry->extension)) return std::nullopt;
  instruction.expanded = bits;
  instruction.operation = entry->operation;
  instruction.instruction_class = entry->instruction_class;
  extract_operands(entry->format, bits, instruction);
  return instruction;
}

}  // namespace cyclevisor
