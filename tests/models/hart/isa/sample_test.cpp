// A stratified sample of 32-bit encodings, against objdump.
#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "models/hart/isa/decode.hpp"
#include "models/hart/isa/disassemble.hpp"
#include "models/hart/isa/instruction_table.hpp"
#include "tests/models/hart/isa/binutils.hpp"

namespace cyclevisor {
namespace {

/// Encodings of 32 bits; longer ones would make objdump lose its step.
constexpr bool is_32_bits_long(std::uint32_t bits) {
  return (bits & 0x03) == 0x03 && (bits & 0x1c) != 0x1c;
}

/// Instructions of binutils that this architecture does not have, by their exact encoding. All are
/// from privileged specifications before 1.12, or from the N extension, which was never ratified;
/// dret is of the debug specification and legal in Debug Mode only.
const std::map<std::uint32_t, std::string>& only_in_binutils() {
  static const std::map<std::uint32_t, std::string> instructions = {
      {0x00200073, "uret"},
      {0x20200073, "hret"},
      {0x10400073, "sfence.vm"},
      {0x7b200073, "dret"},
  };
  return instructions;
}

/// Strata with a fixed seed: every row with random free bits; every row with one fixed bit
/// inverted; every major opcode, funct3 and funct7 with random other bits. In addition the regular
/// fences, which are rare among random ones, and the known deviations.
std::vector<std::uint32_t> sample() {
  std::mt19937 random(20240411);
  std::vector<std::uint32_t> result;
  const auto add = [&result](std::uint32_t bits) {
    if (is_32_bits_long(bits)) result.push_back(bits);
  };
  for (const InstructionRow& entry : instruction_table) {
    for (int i = 0; i < 500; ++i) {
      add(entry.match | (static_cast<std::uint32_t>(random()) & ~entry.mask));
    }
    for (unsigned bit = 0; bit < 32; ++bit) {
      const std::uint32_t one = std::uint32_t{1} << bit;
      if ((entry.mask & one) == 0) continue;
      for (int i = 0; i < 4; ++i) {
        add((entry.match ^ one) | (static_cast<std::uint32_t>(random()) & ~entry.mask));
      }
    }
  }
  for (std::uint32_t opcode = 0x03; opcode < 0x80; opcode += 4) {
    for (std::uint32_t funct3 = 0; funct3 < 8; ++funct3) {
      for (std::uint32_t funct7 = 0; funct7 < 0x80; ++funct7) {
        for (int i = 0; i < 5; ++i) {
          const std::uint32_t other = static_cast<std::uint32_t>(random()) & 0x01ff8f80;
          add(opcode | funct3 << 12 | funct7 << 25 | other);
        }
      }
    }
  }
  for (std::uint32_t sets = 0; sets <= 0xff; ++sets) add(0x0000000f | sets << 20);
  add(0x8330000f);  // fence.tso
  add(0x0000100f);  // fence.i
  for (const auto& instruction : only_in_binutils()) add(instruction.first);
  return result;
}

const char* no_csr_name(std::uint16_t) { return nullptr; }

/// Where binutils 2.40 deviates from the specification: objdump's text for what this project
/// disassembles as `ours`.
std::string objdump_text(std::uint32_t bits, const std::string& ours) {
  const auto other = only_in_binutils().find(bits);
  if (other != only_in_binutils().end()) return other->second;
  const auto instruction = decode(bits, ExtensionSet::all());
  if (!instruction) return ours;
  if (instruction->operation == Operation::fence) {
    // "Memory Ordering Instructions": rd, rs1 and other values of fm are reserved, and base
    // implementations shall ignore them and treat all such fences as normal ones. objdump decodes
    // only those that are not reserved.
    constexpr std::uint32_t fence_tso = 0x8330000f;
    if (bits == fence_tso) return "fence.tso";
    if ((bits & 0xf00f8f80) != 0) return "";
  }
  if (instruction->operation == Operation::fence_i) {
    // "Zifencei": the unused fields are reserved, and base implementations shall ignore them.
    constexpr std::uint32_t plain = 0x0000100f;
    if (bits != plain) return "";
  }
  return ours;
}

/// CSR names are not part of the instruction table: those that objdump knows are replaced by
/// numbers. It must use one name for each number everywhere.
class CsrNames {
 public:
  std::string with_number(std::uint32_t bits, std::string text) {
    const auto instruction = decode(bits, ExtensionSet::all());
    if (!instruction || instruction->instruction_class != InstructionClass::csr) return text;
    const std::size_t first = text.find(',') + 1;
    const std::size_t length = text.find(',', first) - first;
    const std::string name = text.substr(first, length);
    std::ostringstream number;
    number << "0x" << std::hex << instruction->immediate;
    if (names_.emplace(number.str(), name).first->second != name) return "two names: " + text;
    if (numbers_.emplace(name, number.str()).first->second != number.str()) {
      return "two numbers: " + text;
    }
    return text.replace(first, length, number.str());
  }

  std::size_t count() const { return names_.size(); }

 private:
  std::map<std::string, std::string> names_;
  std::map<std::string, std::string> numbers_;
};

TEST_CASE("a sample of 32-bit encodings: legality and disassembly agree with objdump") {
  const std::vector<std::uint32_t> encodings = sample();
  CHECK(encodings.size() > 190000);
  std::string blob;
  for (std::uint32_t bits : encodings) blob += test::little_endian(bits, 4);
  const std::vector<std::string> expected = test::disassemble_blob(blob, 4);
  std::size_t differences = 0;
  std::size_t legal = 0;
  CsrNames csr_names;
  for (std::size_t i = 0; i < encodings.size(); ++i) {
    const std::uint32_t bits = encodings[i];
    const VirtualAddress pc(test::listing_address + 4 * i);
    const auto instruction = decode(bits, ExtensionSet::all());
    const std::string ours = instruction ? disassemble(*instruction, pc, no_csr_name) : "";
    if (instruction) ++legal;
    if (objdump_text(bits, ours) == csr_names.with_number(bits, expected[i])) continue;
    if (++differences > 20) break;
    UNSCOPED_INFO(std::hex << bits << ": \"" << ours << "\", objdump \"" << expected[i] << "\"");
  }
  CHECK(differences == 0);
  CHECK(legal > 90000);
  CHECK(csr_names.count() > 1000);
}

}  // namespace
}  // namespace cyclevisor
