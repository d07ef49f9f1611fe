// Every 16-bit encoding, against objdump and against the rules of the C extension.
#include "models/hart/isa/compressed.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "models/hart/isa/decode.hpp"
#include "models/hart/isa/disassemble.hpp"
#include "tests/models/hart/isa/binutils.hpp"

namespace cyclevisor {
namespace {

const char* no_csr_name(std::uint16_t) { return nullptr; }

std::string text_at(std::uint32_t bits, std::uint64_t pc) {
  const auto instruction = decode(bits, ExtensionSet::all());
  return instruction ? disassemble(*instruction, VirtualAddress(pc), no_csr_name) : "";
}

/// Where binutils 2.40 deviates from the C extension's chapter: objdump's text for what this
/// project disassembles as `ours`.
std::string objdump_text(std::uint16_t bits, const std::string& ours) {
  // "C.ADDI16SP is valid only when nzimm is not 0; the code point with nzimm=0 is reserved"
  // ("Integer Register-Immediate Operations"); objdump ignores the immediate.
  if (bits == 0x6101) return "c.addi16sp sp,0";
  const auto instruction = decode(bits, ExtensionSet::all());
  if (!instruction) return ours;
  switch (instruction->compressed) {
    // The specification's name for c.addi with x0 ("NOP Instruction"); to objdump an alias.
    case CompressedForm::c_nop:
      return "c.addi zero," + std::to_string(instruction->immediate);
    // objdump uses the RV128 names for shift amount 0, which on RV64 are HINTs of the regular
    // shifts ("HINT Instructions").
    case CompressedForm::c_slli:
    case CompressedForm::c_srli:
    case CompressedForm::c_srai:
      if (instruction->immediate == 0) {
        return std::string(row(instruction->compressed).mnemonic) + "64 " +
               std::string(register_name(instruction->rd));
      }
      return ours;
    default:
      return ours;
  }
}

TEST_CASE("every 16-bit encoding: legality and disassembly agree with objdump") {
  std::vector<std::uint16_t> encodings;
  std::string blob;
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    if (is_longer_than_16_bits(bits)) continue;
    encodings.push_back(static_cast<std::uint16_t>(bits));
    blob += test::little_endian(bits, 2);
  }
  const std::vector<std::string> expected = test::disassemble_blob(blob, 2);
  std::size_t legal = 0;
  std::size_t differences = 0;
  for (std::size_t i = 0; i < encodings.size(); ++i) {
    const std::string ours = text_at(encodings[i], test::listing_address + 2 * i);
    if (!ours.empty()) ++legal;
    if (objdump_text(encodings[i], ours) == expected[i]) continue;
    if (++differences > 20) break;
    UNSCOPED_INFO(std::hex << encodings[i] << ": \"" << ours << "\", objdump \"" << expected[i]
                           << "\"");
  }
  CHECK(differences == 0);
  // 3 * 2^14 encodings without those for F and D (c.fld, c.fsd, c.fldsp, c.fsdsp: 4 * 2^11), and
  // without the reserved ones: quadrant 0 funct3 4 (2^11); c.addi4spn with immediate 0 (8);
  // c.addiw, c.lwsp, c.ldsp with x0 (3 * 64); c.addi16sp and c.lui with immediate 0 (32); two
  // funct2 of c.subw's kind (2 * 64); c.jr with x0 (1).
  CHECK(legal == 49152 - 8192 - 2048 - 8 - 192 - 32 - 128 - 1);
}

TEST_CASE("the upper half of the bits is ignored for a 16-bit encoding") {
  const auto instruction = decode(0xffff4501, ExtensionSet::all());
  REQUIRE(instruction);
  CHECK(instruction->raw == 0x4501);
  CHECK(instruction->length == 2);
  CHECK(instruction->expanded == 0x00000513);  // li a0,0 is addi a0,x0,0
  CHECK(instruction->operation == Operation::addi);
  CHECK(instruction->compressed == CompressedForm::c_li);
}

TEST_CASE("reserved 16-bit encodings are illegal") {
  CHECK_FALSE(expand(0x0000));  // defined illegal
  CHECK_FALSE(expand(0x0004));  // c.addi4spn s1,sp,0
  CHECK_FALSE(expand(0x8000));  // quadrant 0, funct3 4
  CHECK_FALSE(expand(0x2001));  // c.addiw zero,0
  CHECK_FALSE(expand(0x6101));  // c.addi16sp sp,0
  CHECK_FALSE(expand(0x6501));  // c.lui a0,0
  CHECK_FALSE(expand(0x6001));  // c.lui zero,0
  CHECK_FALSE(expand(0x9c41));  // funct2 2 beside c.subw and c.addw
  CHECK_FALSE(expand(0x9c61));  // funct2 3
  CHECK_FALSE(expand(0x4002));  // c.lwsp zero,0(sp)
  CHECK_FALSE(expand(0x6002));  // c.ldsp zero,0(sp)
  CHECK_FALSE(expand(0x8002));  // c.jr zero
}

TEST_CASE("compressed floating-point loads and stores are illegal without F and D") {
  CHECK_FALSE(expand(0x2000));  // c.fld
  CHECK_FALSE(expand(0xa000));  // c.fsd
  CHECK_FALSE(expand(0x2002));  // c.fldsp
  CHECK_FALSE(expand(0xa002));  // c.fsdsp
}

TEST_CASE("compressed HINTs expand to instructions that change no register") {
  CHECK(expand(0x0005)->bits == 0x00100013);  // c.nop 1: addi x0,x0,1
  CHECK(expand(0x0501)->bits == 0x00050513);  // c.addi a0,0: addi a0,a0,0
  CHECK(expand(0x4005)->bits == 0x00100013);  // c.li zero,1: addi x0,x0,1
  CHECK(expand(0x6005)->bits == 0x00001037);  // c.lui zero,1: lui x0,1
  CHECK(expand(0x8006)->bits == 0x00100033);  // c.mv zero,ra: add x0,x0,x1
  CHECK(expand(0x9006)->bits == 0x00100033);  // c.add zero,ra: add x0,x0,x1
  CHECK(expand(0x0006)->bits == 0x00101013);  // c.slli zero,1: slli x0,x0,1
  CHECK(expand(0x0502)->bits == 0x00051513);  // c.slli a0,0: slli a0,a0,0
  CHECK(expand(0x8101)->bits == 0x00055513);  // c.srli a0,0: srli a0,a0,0
  CHECK(expand(0x8501)->bits == 0x40055513);  // c.srai a0,0: srai a0,a0,0
}

TEST_CASE("no 16-bit encoding belongs to two rows") {
  std::size_t shared = 0;
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    std::size_t owners = 0;
    for (const CompressedRow& entry : compressed_table) {
      if (matches(entry, static_cast<std::uint16_t>(bits))) ++owners;
    }
    if (owners > 1) ++shared;
    const bool legal = decode(bits, ExtensionSet::all()) && !is_longer_than_16_bits(bits);
    if (legal != (owners == 1)) FAIL_CHECK(std::hex << bits << " is not what its row says");
  }
  CHECK(shared == 0);
}

TEST_CASE("without C every 16-bit encoding is illegal") {
  const ExtensionSet without_c = ExtensionSet::all().without(Extension::c);
  std::size_t legal = 0;
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    if (!is_longer_than_16_bits(bits) && decode(bits, without_c)) ++legal;
  }
  CHECK(legal == 0);
}

}  // namespace
}  // namespace cyclevisor
