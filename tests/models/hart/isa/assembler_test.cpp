// Each instruction once, assembled by the GNU assembler: the encoding must decode to the right row
// with the right operands.
#include <catch2/catch.hpp>
#include <cstdint>
#include <set>
#include <string>

#include "models/hart/isa/compressed.hpp"
#include "models/hart/isa/decode.hpp"
#include "models/hart/isa/encode.hpp"
#include "models/hart/isa/instruction_table.hpp"
#include "tests/models/hart/isa/binutils.hpp"

namespace cyclevisor {
namespace {

using O = Operation;

struct Example {
  const char* source;
  Operation operation;
  Operands operands;  ///< rd, rs1, rs2, immediate
};

const Example examples[] = {
    {"lui a0, 0xfffff", O::lui, {10, 0, 0, -4096}},
    {"auipc a1, 0x12345", O::auipc, {11, 0, 0, 0x12345000}},
    {"jal ra, . - 0x80000", O::jal, {1, 0, 0, -0x80000}},
    {"jalr t0, -2048(a2)", O::jalr, {5, 12, 0, -2048}},
    {"beq a0, a1, . + 0x7fe", O::beq, {0, 10, 11, 0x7fe}},
    {"bne a2, a3, . - 0x1000", O::bne, {0, 12, 13, -0x1000}},
    {"blt a4, a5, . + 0xffe", O::blt, {0, 14, 15, 0xffe}},
    {"bge a6, a7, . + 0x800", O::bge, {0, 16, 17, 0x800}},
    {"bltu s0, s1, . - 2", O::bltu, {0, 8, 9, -2}},
    {"bgeu s2, s3, . + 0x20", O::bgeu, {0, 18, 19, 0x20}},
    {"lb a0, -1(a1)", O::lb, {10, 11, 0, -1}},
    {"lh a0, 2047(a1)", O::lh, {10, 11, 0, 2047}},
    {"lw a0, 4(a1)", O::lw, {10, 11, 0, 4}},
    {"ld a0, 8(a1)", O::ld, {10, 11, 0, 8}},
    {"lbu a0, 1(a1)", O::lbu, {10, 11, 0, 1}},
    {"lhu a0, 2(a1)", O::lhu, {10, 11, 0, 2}},
    {"lwu a0, -2048(a1)", O::lwu, {10, 11, 0, -2048}},
    {"sb t6, -1(t5)", O::sb, {0, 30, 31, -1}},
    {"sh t6, 2047(t5)", O::sh, {0, 30, 31, 2047}},
    {"sw t6, -2048(t5)", O::sw, {0, 30, 31, -2048}},
    {"sd t6, 33(t5)", O::sd, {0, 30, 31, 33}},
    {"addi a0, a1, -1", O::addi, {10, 11, 0, -1}},
    {"slti a0, a1, 2047", O::slti, {10, 11, 0, 2047}},
    {"sltiu a0, a1, -2048", O::sltiu, {10, 11, 0, -2048}},
    {"xori a0, a1, -1", O::xori, {10, 11, 0, -1}},
    {"ori a0, a1, 0x55", O::ori, {10, 11, 0, 0x55}},
    {"andi a0, a1, 0x2aa", O::andi, {10, 11, 0, 0x2aa}},
    {"slli a0, a1, 63", O::slli, {10, 11, 0, 63}},
    {"srli a0, a1, 32", O::srli, {10, 11, 0, 32}},
    {"srai a0, a1, 63", O::srai, {10, 11, 0, 63}},
    {"add a0, a1, a2", O::add, {10, 11, 12, 0}},
    {"sub a0, a1, a2", O::sub, {10, 11, 12, 0}},
    {"sll a0, a1, a2", O::sll, {10, 11, 12, 0}},
    {"slt a0, a1, a2", O::slt, {10, 11, 12, 0}},
    {"sltu a0, a1, a2", O::sltu, {10, 11, 12, 0}},
    {"xor a0, a1, a2", O::xor_, {10, 11, 12, 0}},
    {"srl a0, a1, a2", O::srl, {10, 11, 12, 0}},
    {"sra a0, a1, a2", O::sra, {10, 11, 12, 0}},
    {"or a0, a1, a2", O::or_, {10, 11, 12, 0}},
    {"and a0, a1, a2", O::and_, {10, 11, 12, 0}},
    {"addiw a0, a1, -5", O::addiw, {10, 11, 0, -5}},
    {"slliw a0, a1, 31", O::slliw, {10, 11, 0, 31}},
    {"srliw a0, a1, 1", O::srliw, {10, 11, 0, 1}},
    {"sraiw a0, a1, 31", O::sraiw, {10, 11, 0, 31}},
    {"addw a0, a1, a2", O::addw, {10, 11, 12, 0}},
    {"subw a0, a1, a2", O::subw, {10, 11, 12, 0}},
    {"sllw a0, a1, a2", O::sllw, {10, 11, 12, 0}},
    {"srlw a0, a1, a2", O::srlw, {10, 11, 12, 0}},
    {"sraw a0, a1, a2", O::sraw, {10, 11, 12, 0}},
    {"fence rw, o", O::fence, {0, 0, 0, 0x34}},
    {"ecall", O::ecall, {}},
    {"ebreak", O::ebreak, {}},
    {"fence.i", O::fence_i, {}},
    {"csrrw a0, mtvec, a1", O::csrrw, {10, 11, 0, 0x305}},
    {"csrrs a0, 0xfff, a1", O::csrrs, {10, 11, 0, 0xfff}},
    {"csrrc a0, satp, a1", O::csrrc, {10, 11, 0, 0x180}},
    {"csrrwi a0, mscratch, 31", O::csrrwi, {10, 31, 0, 0x340}},
    {"csrrsi a0, mstatus, 8", O::csrrsi, {10, 8, 0, 0x300}},
    {"csrrci a0, mie, 0", O::csrrci, {10, 0, 0, 0x304}},
    {"mul a0, a1, a2", O::mul, {10, 11, 12, 0}},
    {"mulh a0, a1, a2", O::mulh, {10, 11, 12, 0}},
    {"mulhsu a0, a1, a2", O::mulhsu, {10, 11, 12, 0}},
    {"mulhu a0, a1, a2", O::mulhu, {10, 11, 12, 0}},
    {"div a0, a1, a2", O::div, {10, 11, 12, 0}},
    {"divu a0, a1, a2", O::divu, {10, 11, 12, 0}},
    {"rem a0, a1, a2", O::rem, {10, 11, 12, 0}},
    {"remu a0, a1, a2", O::remu, {10, 11, 12, 0}},
    {"mulw a0, a1, a2", O::mulw, {10, 11, 12, 0}},
    {"divw a0, a1, a2", O::divw, {10, 11, 12, 0}},
    {"divuw a0, a1, a2", O::divuw, {10, 11, 12, 0}},
    {"remw a0, a1, a2", O::remw, {10, 11, 12, 0}},
    {"remuw a0, a1, a2", O::remuw, {10, 11, 12, 0}},
    {"lr.w a0, (a1)", O::lr_w, {10, 11, 0, 0}},
    {"sc.w.rl a0, a2, (a1)", O::sc_w, {10, 11, 12, 0}},
    {"amoswap.w.aqrl a0, a2, (a1)", O::amoswap_w, {10, 11, 12, 0}},
    {"amoadd.w a0, a2, (a1)", O::amoadd_w, {10, 11, 12, 0}},
    {"amoxor.w a0, a2, (a1)", O::amoxor_w, {10, 11, 12, 0}},
    {"amoand.w a0, a2, (a1)", O::amoand_w, {10, 11, 12, 0}},
    {"amoor.w a0, a2, (a1)", O::amoor_w, {10, 11, 12, 0}},
    {"amomin.w a0, a2, (a1)", O::amomin_w, {10, 11, 12, 0}},
    {"amomax.w a0, a2, (a1)", O::amomax_w, {10, 11, 12, 0}},
    {"amominu.w a0, a2, (a1)", O::amominu_w, {10, 11, 12, 0}},
    {"amomaxu.w a0, a2, (a1)", O::amomaxu_w, {10, 11, 12, 0}},
    {"lr.d.aq a0, (a1)", O::lr_d, {10, 11, 0, 0}},
    {"sc.d a0, a2, (a1)", O::sc_d, {10, 11, 12, 0}},
    {"amoswap.d a0, a2, (a1)", O::amoswap_d, {10, 11, 12, 0}},
    {"amoadd.d a0, a2, (a1)", O::amoadd_d, {10, 11, 12, 0}},
    {"amoxor.d a0, a2, (a1)", O::amoxor_d, {10, 11, 12, 0}},
    {"amoand.d a0, a2, (a1)", O::amoand_d, {10, 11, 12, 0}},
    {"amoor.d a0, a2, (a1)", O::amoor_d, {10, 11, 12, 0}},
    {"amomin.d a0, a2, (a1)", O::amomin_d, {10, 11, 12, 0}},
    {"amomax.d a0, a2, (a1)", O::amomax_d, {10, 11, 12, 0}},
    {"amominu.d a0, a2, (a1)", O::amominu_d, {10, 11, 12, 0}},
    {"amomaxu.d a0, a2, (a1)", O::amomaxu_d, {10, 11, 12, 0}},
    {"mret", O::mret, {}},
    {"sret", O::sret, {}},
    {"wfi", O::wfi, {}},
    {"sfence.vma a1, a2", O::sfence_vma, {0, 11, 12, 0}},
    {"hfence.vvma a1, a2", O::hfence_vvma, {0, 11, 12, 0}},
    {"hfence.gvma a1, a2", O::hfence_gvma, {0, 11, 12, 0}},
    {"hlv.b a0, (a1)", O::hlv_b, {10, 11, 0, 0}},
    {"hlv.bu a0, (a1)", O::hlv_bu, {10, 11, 0, 0}},
    {"hlv.h a0, (a1)", O::hlv_h, {10, 11, 0, 0}},
    {"hlv.hu a0, (a1)", O::hlv_hu, {10, 11, 0, 0}},
    {"hlvx.hu a0, (a1)", O::hlvx_hu, {10, 11, 0, 0}},
    {"hlv.w a0, (a1)", O::hlv_w, {10, 11, 0, 0}},
    {"hlv.wu a0, (a1)", O::hlv_wu, {10, 11, 0, 0}},
    {"hlvx.wu a0, (a1)", O::hlvx_wu, {10, 11, 0, 0}},
    {"hlv.d a0, (a1)", O::hlv_d, {10, 11, 0, 0}},
    {"hsv.b a2, (a1)", O::hsv_b, {0, 11, 12, 0}},
    {"hsv.h a2, (a1)", O::hsv_h, {0, 11, 12, 0}},
    {"hsv.w a2, (a1)", O::hsv_w, {0, 11, 12, 0}},
    {"hsv.d a2, (a1)", O::hsv_d, {0, 11, 12, 0}},
};

/// Compressed instructions, with the operands of their expansions.
const Example compressed_examples[] = {
    {"c.addi4spn s0, sp, 1020", O::addi, {8, 2, 0, 1020}},
    {"c.lw a5, 124(s1)", O::lw, {15, 9, 0, 124}},
    {"c.ld a5, 248(s1)", O::ld, {15, 9, 0, 248}},
    {"c.sw a5, 68(s1)", O::sw, {0, 9, 15, 68}},
    {"c.sd a5, 136(s1)", O::sd, {0, 9, 15, 136}},
    {"c.nop", O::addi, {}},
    {"c.addi t6, -32", O::addi, {31, 31, 0, -32}},
    {"c.addiw t6, 31", O::addiw, {31, 31, 0, 31}},
    {"c.li a0, -1", O::addi, {10, 0, 0, -1}},
    {"c.addi16sp sp, -512", O::addi, {2, 2, 0, -512}},
    {"c.lui a0, 0xfffe0", O::lui, {10, 0, 0, -0x20000}},
    {"c.srli a0, 63", O::srli, {10, 10, 0, 63}},
    {"c.srai a0, 32", O::srai, {10, 10, 0, 32}},
    {"c.andi a0, -32", O::andi, {10, 10, 0, -32}},
    {"c.sub a0, a1", O::sub, {10, 10, 11, 0}},
    {"c.xor a0, a1", O::xor_, {10, 10, 11, 0}},
    {"c.or a0, a1", O::or_, {10, 10, 11, 0}},
    {"c.and a0, a1", O::and_, {10, 10, 11, 0}},
    {"c.subw a0, a1", O::subw, {10, 10, 11, 0}},
    {"c.addw a0, a1", O::addw, {10, 10, 11, 0}},
    {"c.j . - 0x800", O::jal, {0, 0, 0, -0x800}},
    {"c.beqz a0, . + 0xfe", O::beq, {0, 10, 0, 0xfe}},
    {"c.bnez a0, . - 0x100", O::bne, {0, 10, 0, -0x100}},
    {"c.slli t6, 63", O::slli, {31, 31, 0, 63}},
    {"c.lwsp t6, 252(sp)", O::lw, {31, 2, 0, 252}},
    {"c.ldsp t6, 504(sp)", O::ld, {31, 2, 0, 504}},
    {"c.jr t6", O::jalr, {0, 31, 0, 0}},
    {"c.mv t6, t5", O::add, {31, 0, 30, 0}},
    {"c.ebreak", O::ebreak, {}},
    {"c.jalr t6", O::jalr, {1, 31, 0, 0}},
    {"c.add t6, t5", O::add, {31, 31, 30, 0}},
    {"c.swsp t6, 252(sp)", O::sw, {0, 2, 31, 252}},
    {"c.sdsp t6, 504(sp)", O::sd, {0, 2, 31, 504}},
};

void check_operands(const Instruction& instruction, const Example& example) {
  CHECK(instruction.operation == example.operation);
  CHECK(int{instruction.rd} == int{example.operands.rd});
  CHECK(int{instruction.rs1} == int{example.operands.rs1});
  CHECK(int{instruction.rs2} == int{example.operands.rs2});
  CHECK(instruction.immediate == example.operands.immediate);
}

TEST_CASE("each instruction from the assembler decodes to its row and operands") {
  std::string source = ".option norvc\n.option norelax\n.text\n";
  for (const Example& example : examples) source += std::string(example.source) + "\n";
  const std::string bytes = test::assemble(source);
  REQUIRE(bytes.size() == 4 * std::size(examples));
  std::set<Operation> seen;
  for (std::size_t i = 0; i < std::size(examples); ++i) {
    INFO(examples[i].source);
    const std::uint32_t bits = test::read_little_endian(bytes, 4 * i, 4);
    const auto instruction = decode(bits, ExtensionSet::all());
    REQUIRE(instruction);
    check_operands(*instruction, examples[i]);
    CHECK(instruction->length == 4);
    CHECK(instruction->raw == bits);
    CHECK(instruction->expanded == bits);
    CHECK(instruction->compressed == CompressedForm::none);
    CHECK(instruction->instruction_class == row(examples[i].operation).instruction_class);
    constexpr std::uint32_t aq_rl = 0x06000000;
    const bool atomic = row(examples[i].operation).extension == Extension::a;
    CHECK(encode(examples[i].operation, examples[i].operands) == (atomic ? bits & ~aq_rl : bits));
    seen.insert(instruction->operation);
  }
  CHECK(seen.size() == operation_count);
}

TEST_CASE("each compressed instruction from the assembler expands to the right one") {
  std::string source = ".option norelax\n.text\n";
  for (const Example& example : compressed_examples) source += std::string(example.source) + "\n";
  const std::string bytes = test::assemble(source);
  // The assembler fills the section up to a multiple of 4 bytes.
  REQUIRE(bytes.size() == (2 * std::size(compressed_examples) + 3) / 4 * 4);
  for (std::size_t i = 0; i < std::size(compressed_examples); ++i) {
    const Example& example = compressed_examples[i];
    INFO(example.source);
    const std::uint32_t bits = test::read_little_endian(bytes, 2 * i, 2);
    const auto instruction = decode(bits, ExtensionSet::all());
    REQUIRE(instruction);
    check_operands(*instruction, example);
    CHECK(instruction->length == 2);
    CHECK(instruction->raw == bits);
    CHECK(instruction->expanded == encode(example.operation, example.operands));
    CHECK(instruction->compressed == static_cast<CompressedForm>(i));
    const std::string mnemonic(row(instruction->compressed).mnemonic);
    CHECK(std::string(example.source).substr(0, mnemonic.size()) == mnemonic);
  }
  CHECK(std::size(compressed_examples) == compressed_count);
}

}  // namespace
}  // namespace cyclevisor
