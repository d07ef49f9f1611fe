#include "models/hart/isa/disassemble.hpp"

#include <array>
#include <cinttypes>
#include <cstdio>

#include "models/hart/isa/bit_fields.hpp"
#include "models/hart/isa/compressed.hpp"
#include "models/hart/isa/instruction_table.hpp"

namespace cyclevisor {
namespace {

constexpr std::array<std::string_view, 32> register_names = {
    "zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
    "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
    "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

std::string hexadecimal(std::uint64_t value) {
  char text[2 + 16 + 1];
  std::snprintf(text, sizeof text, "0x%" PRIx64, value);
  return text;
}

/// The letters of a predecessor or successor set; an empty one has no syntax of its own.
std::string ordering_set(std::uint32_t set) {
  std::string result;
  if (set & 8) result += 'i';
  if (set & 4) result += 'o';
  if (set & 2) result += 'r';
  if (set & 1) result += 'w';
  return result.empty() ? "unknown" : result;
}

/// The text of one word of a syntax.
std::string operand(std::string_view word, const Instruction& instruction, VirtualAddress pc,
                    CsrName csr_name) {
  const std::int64_t immediate = instruction.immediate;
  if (word == "rd") return std::string(register_name(instruction.rd));
  if (word == "rs1") return std::string(register_name(instruction.rs1));
  if (word == "rs2") return std::string(register_name(instruction.rs2));
  if (word == "imm") return std::to_string(immediate);
  if (word == "shamt") return hexadecimal(static_cast<std::uint64_t>(immediate));
  if (word == "upper") {
    return hexadecimal(bit_field(static_cast<std::uint32_t>(immediate), 31, 12));
  }
  if (word == "target") return hexadecimal((pc + static_cast<std::uint64_t>(immediate)).value);
  if (word == "csr") {
    const char* known = csr_name(static_cast<std::uint16_t>(immediate));
    return known != nullptr ? known : hexadecimal(static_cast<std::uint64_t>(immediate));
  }
  if (word == "uimm") return std::to_string(instruction.rs1);
  if (word == "pred") return ordering_set(bit_field(instruction.expanded, 27, 24));
  if (word == "succ") return ordering_set(bit_field(instruction.expanded, 23, 20));
  return std::string(word);
}

constexpr bool is_word_character(char character) {
  return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
}

std::string operand_list(std::string_view syntax, const Instruction& instruction, VirtualAddress pc,
                         CsrName csr_name) {
  std::string result;
  while (!syntax.empty()) {
    std::size_t length = 0;
    while (length < syntax.size() && is_word_character(syntax[length])) ++length;
    if (length == 0) {
      result += syntax.front();
      syntax.remove_prefix(1);
    } else {
      result += operand(syntax.substr(0, length), instruction, pc, csr_name);
      syntax.remove_prefix(length);
    }
  }
  return result;
}

/// aq and rl, which every instruction of the A extension has.
std::string_view ordering_suffix(const Instruction& instruction) {
  if (row(instruction.operation).extension != Extension::a) return "";
  constexpr std::array<std::string_view, 4> suffixes = {"", ".rl", ".aq", ".aqrl"};
  return suffixes[bit_field(instruction.expanded, 26, 25)];
}

}  // namespace

std::string_view register_name(std::uint8_t number) { return register_names.at(number); }

std::string disassemble(const Instruction& instruction, VirtualAddress pc, CsrName csr_name) {
  std::string text;
  std::string_view form;
  if (instruction.compressed != CompressedForm::none) {
    text = row(instruction.compressed).mnemonic;
    form = row(instruction.compressed).syntax;
  } else {
    text = row(instruction.operation).mnemonic;
    text += ordering_suffix(instruction);
    form = syntax(row(instruction.operation).format);
  }
  if (!form.empty()) text += ' ' + operand_list(form, instruction, pc, csr_name);
  return text;
}

}  // namespace cyclevisor
