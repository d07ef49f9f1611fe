// Legality of 32-bit encodings, as the specification's chapters give it.
#include "models/hart/isa/decode.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <string_view>

#include "models/hart/isa/instruction_table.hpp"

namespace cyclevisor {
namespace {

bool legal(std::uint32_t bits) { return decode(bits, ExtensionSet::all()).has_value(); }

TEST_CASE("all zeros and all ones are illegal") {
  CHECK_FALSE(legal(0x00000000));
  CHECK_FALSE(legal(0xffffffff));
}

TEST_CASE("encodings longer than 32 bits are illegal") {
  CHECK_FALSE(legal(0x0000001f));  // 48 bits: bits 5:0 are 011111
  CHECK_FALSE(legal(0x0000003f));  // 64 bits: bits 6:0 are 0111111
  CHECK_FALSE(legal(0x0000007f));  // 80 bits and more
}

TEST_CASE("shift amounts beyond the width are illegal") {
  CHECK(legal(0x03f51513));        // slli a0,a0,63
  CHECK_FALSE(legal(0x05f51513));  // bit 26 set
  CHECK(legal(0x01f5151b));        // slliw a0,a0,31
  CHECK_FALSE(legal(0x0205151b));  // slliw with shamt[5]
  CHECK_FALSE(legal(0x0205551b));  // srliw with shamt[5]
  CHECK_FALSE(legal(0x4205551b));  // sraiw with shamt[5]
  CHECK(legal(0x43f55513));        // srai a0,a0,63
  CHECK_FALSE(legal(0x80055513));  // srli with bit 31 set
}

TEST_CASE("a wrong funct7 is illegal") {
  CHECK(legal(0x40c58533));        // sub a0,a1,a2
  CHECK_FALSE(legal(0x40c59533));  // sll with funct7 0x20
  CHECK_FALSE(legal(0x04c58533));  // add with funct7 0x02
  CHECK_FALSE(legal(0x40c5953b));  // sllw with funct7 0x20
  CHECK_FALSE(legal(0x02c5953b));  // funct3 1 of the M extension has no word form
}

TEST_CASE("a wrong funct3 is illegal") {
  CHECK_FALSE(legal(0x00007003));  // load, funct3 7
  CHECK_FALSE(legal(0x00004023));  // store, funct3 4
  CHECK_FALSE(legal(0x00002063));  // branch, funct3 2
  CHECK_FALSE(legal(0x00001067));  // jalr, funct3 1
  CHECK_FALSE(legal(0x0000200f));  // misc-mem, funct3 2: cbo, not one of ours
  CHECK_FALSE(legal(0x0000202b));  // custom-1
}

TEST_CASE("fence ignores its reserved fields") {
  for (std::uint32_t bits : {0x0ff0000fu, 0x8330000fu, 0x0100000fu, 0xfff0000fu, 0x0fff8f8fu}) {
    const auto instruction = decode(bits, ExtensionSet::all());
    REQUIRE(instruction);
    CHECK(instruction->operation == Operation::fence);
    CHECK(int{instruction->rd} == 0);
    CHECK(int{instruction->rs1} == 0);
    CHECK(instruction->immediate == bits >> 20);
  }
}

TEST_CASE("fence.i ignores its unused fields") {
  const auto instruction = decode(0xffff9f8f, ExtensionSet::all());
  REQUIRE(instruction);
  CHECK(instruction->operation == Operation::fence_i);
  CHECK(int{instruction->rd} == 0);
  CHECK(int{instruction->rs1} == 0);
  CHECK(instruction->immediate == 0);
}

TEST_CASE("lr has no rs2") {
  CHECK(legal(0x1005a52f));        // lr.w a0,(a1)
  CHECK_FALSE(legal(0x1015a52f));  // rs2 = 1
  CHECK_FALSE(legal(0x1015b52f));  // lr.d with rs2 = 1
}

TEST_CASE("aq and rl are legal on every atomic instruction") {
  for (const InstructionRow& entry : instruction_table) {
    if (entry.extension != Extension::a) continue;
    for (std::uint32_t ordering = 0; ordering < 4; ++ordering) {
      const auto instruction = decode(entry.match | ordering << 25, ExtensionSet::all());
      REQUIRE(instruction);
      CHECK(instruction->operation == entry.operation);
    }
  }
}

TEST_CASE("atomic instructions are of words and doublewords only") {
  CHECK_FALSE(legal(0x0000002f));  // amoadd.b
  CHECK_FALSE(legal(0x0000102f));  // amoadd.h
  CHECK_FALSE(legal(0x0000402f));  // amoadd.q
}

TEST_CASE("system instructions have no free operands") {
  CHECK(legal(0x00000073));
  CHECK_FALSE(legal(0x000000f3));  // ecall with rd
  CHECK_FALSE(legal(0x00008073));  // ecall with rs1
  CHECK_FALSE(legal(0x302000f3));  // mret with rd
  CHECK_FALSE(legal(0x10500873));  // wfi with rd
  CHECK_FALSE(legal(0x00200073));  // uret
  CHECK_FALSE(legal(0x7b200073));  // dret
  CHECK_FALSE(legal(0x120000f3));  // sfence.vma with rd
  CHECK_FALSE(legal(0x220000f3));  // hfence.vvma with rd
  CHECK_FALSE(legal(0x620540f3));  // hsv.b with rd
  CHECK_FALSE(legal(0x60254573));  // hlv with funct12 0x602
  CHECK_FALSE(legal(0x60354573));  // there is no hlvx.bu
  CHECK_FALSE(legal(0x16000073));  // sinval.vma of Svinval
}

TEST_CASE("an instruction is illegal without its extension") {
  for (const InstructionRow& entry : instruction_table) {
    INFO(entry.mnemonic);
    CHECK_FALSE(decode(entry.match, ExtensionSet::all().without(entry.extension)).has_value());
    CHECK(decode(entry.match, ExtensionSet{entry.extension}).has_value());
  }
}

TEST_CASE("each extension has its instructions") {
  struct Member {
    std::uint32_t bits;
    Extension extension;
  };
  const Member members[] = {
      {0x00000013, Extension::i},         // addi
      {0x30200073, Extension::i},         // mret
      {0x10500073, Extension::i},         // wfi
      {0x0000100f, Extension::zifencei},  // fence.i
      {0x30001073, Extension::zicsr},     // csrrw
      {0x3000d073, Extension::zicsr},     // csrrwi
      {0x02000033, Extension::m},         // mul
      {0x0200403b, Extension::m},         // divw
      {0x1000202f, Extension::a},         // lr.w
      {0x0000302f, Extension::a},         // amoadd.d
      {0x10200073, Extension::s},         // sret
      {0x12000073, Extension::s},         // sfence.vma
      {0x22000073, Extension::h},         // hfence.vvma
      {0x62000073, Extension::h},         // hfence.gvma
      {0x60004073, Extension::h},         // hlv.b
      {0x60104073, Extension::h},         // hlv.bu
      {0x64004073, Extension::h},         // hlv.h
      {0x64104073, Extension::h},         // hlv.hu
      {0x64304073, Extension::h},         // hlvx.hu
      {0x68004073, Extension::h},         // hlv.w
      {0x68104073, Extension::h},         // hlv.wu
      {0x68304073, Extension::h},         // hlvx.wu
      {0x6c004073, Extension::h},         // hlv.d
      {0x62004073, Extension::h},         // hsv.b
      {0x66004073, Extension::h},         // hsv.h
      {0x6a004073, Extension::h},         // hsv.w
      {0x6e004073, Extension::h},         // hsv.d
  };
  for (const Member& member : members) {
    INFO(std::hex << member.bits);
    CHECK(decode(member.bits, ExtensionSet{member.extension}).has_value());
    CHECK_FALSE(decode(member.bits, ExtensionSet::all().without(member.extension)).has_value());
  }
}

TEST_CASE("registers that an instruction does not have read as x0") {
  // Every operand field is all ones: fields that are not operands must read as x0.
  for (const InstructionRow& entry : instruction_table) {
    INFO(entry.mnemonic);
    const auto instruction = decode(entry.match | ~entry.mask, ExtensionSet::all());
    REQUIRE(instruction);
    const std::string_view text = syntax(entry.format);
    const bool has_rs1_field = text.find("rs1") != text.npos || text.find("uimm") != text.npos;
    CHECK(int{instruction->rd} == (text.find("rd") != text.npos ? 31 : 0));
    CHECK(int{instruction->rs1} == (has_rs1_field ? 31 : 0));
    CHECK(int{instruction->rs2} == (text.find("rs2") != text.npos ? 31 : 0));
  }
}

}  // namespace
}  // namespace cyclevisor
