// Writes docs/isa.md from the instruction tables: to standard output, or compares it with a file.
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

#include "models/hart/isa/compressed.hpp"
#include "models/hart/isa/instruction_table.hpp"

namespace cyclevisor {
namespace {

constexpr int exit_differs = 1;
constexpr int exit_usage = 2;

/// The fixed bits as 0 and 1, free ones as dots; `cuts` names the lowest bit of each group.
std::string bit_pattern(std::uint32_t match, std::uint32_t mask, int bits,
                        std::initializer_list<int> cuts) {
  std::string result;
  for (int bit = bits - 1; bit >= 0; --bit) {
    result += ((mask >> bit) & 1) == 0 ? '.' : ((match >> bit) & 1) == 0 ? '0' : '1';
    for (int cut : cuts) {
      if (bit == cut) result += ' ';
    }
  }
  return result;
}

std::string code(std::string_view text) {
  return text.empty() ? std::string() : "`" + std::string(text) + "`";
}

/// A vertical bar would end the table's cell.
std::string escaped(std::string_view text) {
  std::string result;
  for (char character : text) {
    if (character == '|') result += '\\';
    result += character;
  }
  return result;
}

std::string_view title(Extension extension) {
  switch (extension) {
    case Extension::i:
      return "RV64I and machine level";
    case Extension::m:
      return "M: multiplication and division";
    case Extension::a:
      return "A: atomic instructions";
    case Extension::zicsr:
      return "Zicsr: control and status registers";
    case Extension::zifencei:
      return "Zifencei: instruction-fetch fence";
    case Extension::s:
      return "S: supervisor level";
    case Extension::h:
      return "H: hypervisor";
    case Extension::c:
    case Extension::u:
    case Extension::zicntr:
    case Extension::sstc:
    case Extension::svade:
    case Extension::svadu:
      return "";  // no 32-bit instruction of their own
  }
  return "";
}

void write_extension(std::ostream& out, Extension extension) {
  out << "\n## " << title(extension) << "\n\n"
      << "| instruction | operands | encoding (31..0) | class | what it does | chapter |\n"
      << "| --- | --- | --- | --- | --- | --- |\n";
  for (const InstructionRow& entry : instruction_table) {
    if (entry.extension != extension) continue;
    out << "| " << code(entry.mnemonic) << " | " << code(syntax(entry.format)) << " | "
        << code(bit_pattern(entry.match, entry.mask, 32, {25, 20, 15, 12, 7})) << " | "
        << name(entry.instruction_class) << " | " << escaped(entry.description) << " | "
        << entry.chapter << " |\n";
  }
}

std::string_view condition(CompressedRule rule) {
  switch (rule) {
    case CompressedRule::any:
      return "";
    case CompressedRule::immediate_not_0:
      return "immediate not 0";
    case CompressedRule::rd_not_x0:
      return "bits 11:7 not x0";
    case CompressedRule::rs2_not_x0:
      return "rs2 not x0";
    case CompressedRule::rd_not_x2_immediate_not_0:
      return "rd not x2, immediate not 0";
  }
  return "";
}

void write_compressed(std::ostream& out) {
  out << "\n## C: compressed instructions\n\n"
      << "RV64C without F and D (unprivileged specification, chapter \"C: Compressed\n"
      << "Instructions\"). An encoding that meets no row's condition is reserved, hence illegal.\n"
      << "HINTs run as what they expand to, which changes no register.\n\n"
      << "| instruction | operands | encoding (15..0) | condition | expands to |\n"
      << "| --- | --- | --- | --- | --- |\n";
  for (const CompressedRow& entry : compressed_table) {
    out << "| " << code(entry.mnemonic) << " | " << code(entry.syntax) << " | "
        << code(bit_pattern(entry.match, entry.mask, 16, {13, 12, 7, 2})) << " | "
        << condition(entry.rule) << " | " << code(row(entry.expansion).mnemonic) << " |\n";
  }
}

std::string document() {
  std::ostringstream out;
  out << "# Instructions\n\n"
      << "Written by `cyclevisor-isa-doc` from `models/hart/isa/instruction_table.cpp` and\n"
      << "`compressed.cpp`, the tables that decode and disassembly work from; do not edit.\n\n"
      << "Volume I is the unprivileged, volume II the privileged specification. In an encoding a\n"
      << "dot is an operand's bit, or one that is ignored: `aq` and `rl` of the atomic\n"
      << "instructions, `fm`, `rd` and `rs1` of `fence`, all free bits of `fence.i`. Everything\n"
      << "that meets no row is an illegal instruction. So is every instruction of an extension\n"
      << "that the hart was not given.\n";
  for (Extension extension : {Extension::i, Extension::zifencei, Extension::zicsr, Extension::m,
                              Extension::a, Extension::s, Extension::h}) {
    write_extension(out, extension);
  }
  write_compressed(out);
  return out.str();
}

int compare(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (file && content.str() == document()) return 0;
  std::cerr << path << " is not what the instruction tables say; renew it with\n"
            << "  cyclevisor-isa-doc > " << path << "\n";
  return exit_differs;
}

}  // namespace
}  // namespace cyclevisor

int main(int argc, char** argv) {
  if (argc == 1) {
    std::cout << cyclevisor::document();
    return 0;
  }
  if (argc == 3 && std::string_view(argv[1]) == "--check") return cyclevisor::compare(argv[2]);
  std::cerr << "usage: cyclevisor-isa-doc [--check FILE]\n";
  return cyclevisor::exit_usage;
}
