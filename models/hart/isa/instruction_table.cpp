#include "models/hart/isa/instruction_table.hpp"

namespace cyclevisor {
namespace {

struct Encoding {
  std::uint32_t match;
  std::uint32_t mask;
};

// Major opcodes (unprivileged specification, "RV32/64G Instruction Set Listings").
constexpr std::uint32_t op_load = 0x03;
constexpr std::uint32_t op_misc_mem = 0x0f;
constexpr std::uint32_t op_op_imm = 0x13;
constexpr std::uint32_t op_auipc = 0x17;
constexpr std::uint32_t op_op_imm_32 = 0x1b;
constexpr std::uint32_t op_store = 0x23;
constexpr std::uint32_t op_amo = 0x2f;
constexpr std::uint32_t op_op = 0x33;
constexpr std::uint32_t op_lui = 0x37;
constexpr std::uint32_t op_op_32 = 0x3b;
constexpr std::uint32_t op_branch = 0x63;
constexpr std::uint32_t op_jalr = 0x67;
constexpr std::uint32_t op_jal = 0x6f;
constexpr std::uint32_t op_system = 0x73;

/// Only the major opcode is fixed.
constexpr Encoding major(std::uint32_t opcode) { return {opcode, 0x7f}; }

/// Major opcode and funct3.
constexpr Encoding minor(std::uint32_t opcode, std::uint32_t funct3) {
  return {opcode | funct3 << 12, 0x707f};
}

/// Major opcode, funct3 and funct7.
constexpr Encoding r_type(std::uint32_t opcode, std::uint32_t funct3, std::uint32_t funct7) {
  return {opcode | funct3 << 12 | funct7 << 25, 0xfe00707f};
}

/// RV64 shifts: the shift amount has 6 bits, so only the upper 6 bits of funct7 are fixed.
constexpr Encoding shift(std::uint32_t funct3, std::uint32_t funct6) {
  return {op_op_imm | funct3 << 12 | funct6 << 26, 0xfc00707f};
}

/// funct5 is fixed; aq and rl are free, since every memory access is ordered anyway.
constexpr Encoding amo(std::uint32_t funct3, std::uint32_t funct5) {
  return {op_amo | funct3 << 12 | funct5 << 27, 0xf800707f};
}

constexpr Encoding load_reserved(std::uint32_t funct3) {
  return {op_amo | funct3 << 12 | 0x02u << 27, 0xf9f0707f};
}

/// Every bit is fixed; rd, funct3 and rs1 are 0.
constexpr Encoding exact(std::uint32_t funct12) { return {op_system | funct12 << 20, 0xffffffff}; }

/// rs1 and rs2 are operands, rd is 0.
constexpr Encoding translation_fence(std::uint32_t funct7) {
  return {op_system | funct7 << 25, 0xfe007fff};
}

/// rd and rs1 are operands, funct12 is fixed.
constexpr Encoding hypervisor_load(std::uint32_t funct12) {
  return {op_system | 4u << 12 | funct12 << 20, 0xfff0707f};
}

/// rs1 and rs2 are operands, rd is 0.
constexpr Encoding hypervisor_store(std::uint32_t funct7) {
  return {op_system | 4u << 12 | funct7 << 25, 0xfe007fff};
}

constexpr std::string_view rv32i = "I, RV32I Base Integer Instruction Set";
constexpr std::string_view rv64i = "I, RV64I Base Integer Instruction Set";
constexpr std::string_view zifencei = "I, Zifencei: Instruction-Fetch Fence";
constexpr std::string_view zicsr = "I, Zicsr: Control and Status Register Instructions";
constexpr std::string_view muldiv = "I, M: Integer Multiplication and Division";
constexpr std::string_view atomic = "I, A: Atomic Instructions";
constexpr std::string_view machine = "II, Machine-Level ISA";
constexpr std::string_view supervisor = "II, Supervisor-Level ISA";
constexpr std::string_view hypervisor = "II, H: Hypervisor Support";

constexpr InstructionRow make(Operation operation, std::string_view mnemonic, Encoding encoding,
                              OperandFormat format, Extension extension, InstructionClass klass,
                              std::string_view chapter, std::string_view description) {
  return {operation, mnemonic, encoding.match, encoding.mask, format,
          extension, klass,    description,    chapter};
}

using O = Operation;
using F = OperandFormat;
using E = Extension;
using C = InstructionClass;

constexpr std::array<InstructionRow, operation_count> rows = {{
    // RV64I
    make(O::lui, "lui", major(op_lui), F::upper, E::i, C::alu, rv32i,
         "rd = immediate in bits 31:12, sign-extended"),
    make(O::auipc, "auipc", major(op_auipc), F::upper, E::i, C::alu, rv32i,
         "rd = pc + immediate in bits 31:12"),
    make(O::jal, "jal", major(op_jal), F::jump, E::i, C::jump, rv32i,
         "rd = address of the next instruction; jump to pc + offset"),
    make(O::jalr, "jalr", minor(op_jalr, 0), F::jump_register, E::i, C::jump, rv32i,
         "rd = address of the next instruction; jump to rs1 + offset with bit 0 cleared"),
    make(O::beq, "beq", minor(op_branch, 0), F::branch, E::i, C::branch, rv32i,
         "branch to pc + offset if rs1 = rs2"),
    make(O::bne, "bne", minor(op_branch, 1), F::branch, E::i, C::branch, rv32i,
         "branch to pc + offset if rs1 != rs2"),
    make(O::blt, "blt", minor(op_branch, 4), F::branch, E::i, C::branch, rv32i,
         "branch to pc + offset if rs1 < rs2, signed"),
    make(O::bge, "bge", minor(op_branch, 5), F::branch, E::i, C::branch, rv32i,
         "branch to pc + offset if rs1 >= rs2, signed"),
    make(O::bltu, "bltu", minor(op_branch, 6), F::branch, E::i, C::branch, rv32i,
         "branch to pc + offset if rs1 < rs2, unsigned"),
    make(O::bgeu, "bgeu", minor(op_branch, 7), F::branch, E::i, C::branch, rv32i,
         "branch to pc + offset if rs1 >= rs2, unsigned"),
    make(O::lb, "lb", minor(op_load, 0), F::load, E::i, C::load, rv32i, "load byte, sign-extended"),
    make(O::lh, "lh", minor(op_load, 1), F::load, E::i, C::load, rv32i,
         "load halfword, sign-extended"),
    make(O::lw, "lw", minor(op_load, 2), F::load, E::i, C::load, rv32i, "load word, sign-extended"),
    make(O::ld, "ld", minor(op_load, 3), F::load, E::i, C::load, rv64i, "load doubleword"),
    make(O::lbu, "lbu", minor(op_load, 4), F::load, E::i, C::load, rv32i,
         "load byte, zero-extended"),
    make(O::lhu, "lhu", minor(op_load, 5), F::load, E::i, C::load, rv32i,
         "load halfword, zero-extended"),
    make(O::lwu, "lwu", minor(op_load, 6), F::load, E::i, C::load, rv64i,
         "load word, zero-extended"),
    make(O::sb, "sb", minor(op_store, 0), F::store, E::i, C::store, rv32i, "store byte"),
    make(O::sh, "sh", minor(op_store, 1), F::store, E::i, C::store, rv32i, "store halfword"),
    make(O::sw, "sw", minor(op_store, 2), F::store, E::i, C::store, rv32i, "store word"),
    make(O::sd, "sd", minor(op_store, 3), F::store, E::i, C::store, rv64i, "store doubleword"),
    make(O::addi, "addi", minor(op_op_imm, 0), F::immediate, E::i, C::alu, rv32i,
         "rd = rs1 + immediate"),
    make(O::slti, "slti", minor(op_op_imm, 2), F::immediate, E::i, C::alu, rv32i,
         "rd = 1 if rs1 < immediate, signed, else 0"),
    make(O::sltiu, "sltiu", minor(op_op_imm, 3), F::immediate, E::i, C::alu, rv32i,
         "rd = 1 if rs1 < immediate, unsigned, else 0"),
    make(O::xori, "xori", minor(op_op_imm, 4), F::immediate, E::i, C::alu, rv32i,
         "rd = rs1 ^ immediate"),
    make(O::ori, "ori", minor(op_op_imm, 6), F::immediate, E::i, C::alu, rv32i,
         "rd = rs1 | immediate"),
    make(O::andi, "andi", minor(op_op_imm, 7), F::immediate, E::i, C::alu, rv32i,
         "rd = rs1 & immediate"),
    make(O::slli, "slli", shift(1, 0x00), F::shift, E::i, C::alu, rv64i, "rd = rs1 << shamt"),
    make(O::srli, "srli", shift(5, 0x00), F::shift, E::i, C::alu, rv64i,
         "rd = rs1 >> shamt, zeros shifted in"),
    make(O::srai, "srai", shift(5, 0x10), F::shift, E::i, C::alu, rv64i,
         "rd = rs1 >> shamt, sign shifted in"),
    make(O::add, "add", r_type(op_op, 0, 0x00), F::registers, E::i, C::alu, rv32i,
         "rd = rs1 + rs2"),
    make(O::sub, "sub", r_type(op_op, 0, 0x20), F::registers, E::i, C::alu, rv32i,
         "rd = rs1 - rs2"),
    make(O::sll, "sll", r_type(op_op, 1, 0x00), F::registers, E::i, C::alu, rv64i,
         "rd = rs1 << rs2[5:0]"),
    make(O::slt, "slt", r_type(op_op, 2, 0x00), F::registers, E::i, C::alu, rv32i,
         "rd = 1 if rs1 < rs2, signed, else 0"),
    make(O::sltu, "sltu", r_type(op_op, 3, 0x00), F::registers, E::i, C::alu, rv32i,
         "rd = 1 if rs1 < rs2, unsigned, else 0"),
    make(O::xor_, "xor", r_type(op_op, 4, 0x00), F::registers, E::i, C::alu, rv32i,
         "rd = rs1 ^ rs2"),
    make(O::srl, "srl", r_type(op_op, 5, 0x00), F::registers, E::i, C::alu, rv64i,
         "rd = rs1 >> rs2[5:0], zeros shifted in"),
    make(O::sra, "sra", r_type(op_op, 5, 0x20), F::registers, E::i, C::alu, rv64i,
         "rd = rs1 >> rs2[5:0], sign shifted in"),
    make(O::or_, "or", r_type(op_op, 6, 0x00), F::registers, E::i, C::alu, rv32i, "rd = rs1 | rs2"),
    make(O::and_, "and", r_type(op_op, 7, 0x00), F::registers, E::i, C::alu, rv32i,
         "rd = rs1 & rs2"),
    make(O::addiw, "addiw", minor(op_op_imm_32, 0), F::immediate, E::i, C::alu, rv64i,
         "rd = low word of rs1 + immediate, sign-extended"),
    make(O::slliw, "slliw", r_type(op_op_imm_32, 1, 0x00), F::shift_word, E::i, C::alu, rv64i,
         "rd = rs1[31:0] << shamt, sign-extended from bit 31"),
    make(O::srliw, "srliw", r_type(op_op_imm_32, 5, 0x00), F::shift_word, E::i, C::alu, rv64i,
         "rd = rs1[31:0] >> shamt, zeros shifted in, sign-extended from bit 31"),
    make(O::sraiw, "sraiw", r_type(op_op_imm_32, 5, 0x20), F::shift_word, E::i, C::alu, rv64i,
         "rd = rs1[31:0] >> shamt, bit 31 shifted in, sign-extended"),
    make(O::addw, "addw", r_type(op_op_32, 0, 0x00), F::registers, E::i, C::alu, rv64i,
         "rd = low word of rs1 + rs2, sign-extended"),
    make(O::subw, "subw", r_type(op_op_32, 0, 0x20), F::registers, E::i, C::alu, rv64i,
         "rd = low word of rs1 - rs2, sign-extended"),
    make(O::sllw, "sllw", r_type(op_op_32, 1, 0x00), F::registers, E::i, C::alu, rv64i,
         "rd = rs1[31:0] << rs2[4:0], sign-extended from bit 31"),
    make(O::srlw, "srlw", r_type(op_op_32, 5, 0x00), F::registers, E::i, C::alu, rv64i,
         "rd = rs1[31:0] >> rs2[4:0], zeros shifted in, sign-extended from bit 31"),
    make(O::sraw, "sraw", r_type(op_op_32, 5, 0x20), F::registers, E::i, C::alu, rv64i,
         "rd = rs1[31:0] >> rs2[4:0], bit 31 shifted in, sign-extended"),
    // The reserved fm, rd and rs1 are ignored ("Memory Ordering Instructions"): fence.tso and pause
    // are fences.
    make(O::fence, "fence", minor(op_misc_mem, 0), F::fence, E::i, C::fence, rv32i,
         "order the accesses of the predecessor set before those of the successor set"),
    make(O::ecall, "ecall", exact(0x000), F::none, E::i, C::environment, rv32i,
         "environment-call exception"),
    make(O::ebreak, "ebreak", exact(0x001), F::none, E::i, C::environment, rv32i,
         "breakpoint exception"),
    // Zifencei. The unused fields are ignored, as the specification requires.
    make(O::fence_i, "fence.i", minor(op_misc_mem, 1), F::none, E::zifencei, C::fence, zifencei,
         "order stores before later instruction fetches of this hart"),
    // Zicsr
    make(O::csrrw, "csrrw", minor(op_system, 1), F::csr, E::zicsr, C::csr, zicsr,
         "rd = csr; csr = rs1"),
    make(O::csrrs, "csrrs", minor(op_system, 2), F::csr, E::zicsr, C::csr, zicsr,
         "rd = csr; set the bits of rs1 in csr"),
    make(O::csrrc, "csrrc", minor(op_system, 3), F::csr, E::zicsr, C::csr, zicsr,
         "rd = csr; clear the bits of rs1 in csr"),
    make(O::csrrwi, "csrrwi", minor(op_system, 5), F::csr_immediate, E::zicsr, C::csr, zicsr,
         "rd = csr; csr = uimm"),
    make(O::csrrsi, "csrrsi", minor(op_system, 6), F::csr_immediate, E::zicsr, C::csr, zicsr,
         "rd = csr; set the bits of uimm in csr"),
    make(O::csrrci, "csrrci", minor(op_system, 7), F::csr_immediate, E::zicsr, C::csr, zicsr,
         "rd = csr; clear the bits of uimm in csr"),
    // M
    make(O::mul, "mul", r_type(op_op, 0, 0x01), F::registers, E::m, C::multiply, muldiv,
         "rd = low half of rs1 * rs2"),
    make(O::mulh, "mulh", r_type(op_op, 1, 0x01), F::registers, E::m, C::multiply, muldiv,
         "rd = high half of rs1 * rs2, both signed"),
    make(O::mulhsu, "mulhsu", r_type(op_op, 2, 0x01), F::registers, E::m, C::multiply, muldiv,
         "rd = high half of rs1 (signed) * rs2 (unsigned)"),
    make(O::mulhu, "mulhu", r_type(op_op, 3, 0x01), F::registers, E::m, C::multiply, muldiv,
         "rd = high half of rs1 * rs2, both unsigned"),
    make(O::div, "div", r_type(op_op, 4, 0x01), F::registers, E::m, C::divide, muldiv,
         "rd = rs1 / rs2, signed; all ones when rs2 = 0"),
    make(O::divu, "divu", r_type(op_op, 5, 0x01), F::registers, E::m, C::divide, muldiv,
         "rd = rs1 / rs2, unsigned; all ones when rs2 = 0"),
    make(O::rem, "rem", r_type(op_op, 6, 0x01), F::registers, E::m, C::divide, muldiv,
         "rd = remainder of rs1 / rs2, signed; rs1 when rs2 = 0"),
    make(O::remu, "remu", r_type(op_op, 7, 0x01), F::registers, E::m, C::divide, muldiv,
         "rd = remainder of rs1 / rs2, unsigned; rs1 when rs2 = 0"),
    make(O::mulw, "mulw", r_type(op_op_32, 0, 0x01), F::registers, E::m, C::multiply, muldiv,
         "rd = low word of rs1 * rs2, sign-extended"),
    make(O::divw, "divw", r_type(op_op_32, 4, 0x01), F::registers, E::m, C::divide, muldiv,
         "rd = rs1[31:0] / rs2[31:0], signed, sign-extended"),
    make(O::divuw, "divuw", r_type(op_op_32, 5, 0x01), F::registers, E::m, C::divide, muldiv,
         "rd = rs1[31:0] / rs2[31:0], unsigned, sign-extended from bit 31"),
    make(O::remw, "remw", r_type(op_op_32, 6, 0x01), F::registers, E::m, C::divide, muldiv,
         "rd = remainder of rs1[31:0] / rs2[31:0], signed, sign-extended"),
    make(O::remuw, "remuw", r_type(op_op_32, 7, 0x01), F::registers, E::m, C::divide, muldiv,
         "rd = remainder of rs1[31:0] / rs2[31:0], unsigned, sign-extended from bit 31"),
    // A
    make(O::lr_w, "lr.w", load_reserved(2), F::load_address, E::a, C::load_reserved, atomic,
         "load word and register a reservation"),
    make(O::sc_w, "sc.w", amo(2, 0x03), F::amo, E::a, C::store_conditional, atomic,
         "store word if the reservation holds; rd = 0 on success"),
    make(O::amoswap_w, "amoswap.w", amo(2, 0x01), F::amo, E::a, C::amo, atomic,
         "rd = word in memory; memory = rs2"),
    make(O::amoadd_w, "amoadd.w", amo(2, 0x00), F::amo, E::a, C::amo, atomic,
         "rd = word in memory; memory += rs2"),
    make(O::amoxor_w, "amoxor.w", amo(2, 0x04), F::amo, E::a, C::amo, atomic,
         "rd = word in memory; memory ^= rs2"),
    make(O::amoand_w, "amoand.w", amo(2, 0x0c), F::amo, E::a, C::amo, atomic,
         "rd = word in memory; memory &= rs2"),
    make(O::amoor_w, "amoor.w", amo(2, 0x08), F::amo, E::a, C::amo, atomic,
         "rd = word in memory; memory |= rs2"),
    make(O::amomin_w, "amomin.w", amo(2, 0x10), F::amo, E::a, C::amo, atomic,
         "rd = word in memory; memory = minimum with rs2, signed"),
    make(O::amomax_w, "amomax.w", amo(2, 0x14), F::amo, E::a, C::amo, atomic,
         "rd = word in memory; memory = maximum with rs2, signed"),
    make(O::amominu_w, "amominu.w", amo(2, 0x18), F::amo, E::a, C::amo, atomic,
         "rd = word in memory; memory = minimum with rs2, unsigned"),
    make(O::amomaxu_w, "amomaxu.w", amo(2, 0x1c), F::amo, E::a, C::amo, atomic,
         "rd = word in memory; memory = maximum with rs2, unsigned"),
    make(O::lr_d, "lr.d", load_reserved(3), F::load_address, E::a, C::load_reserved, atomic,
         "load doubleword and register a reservation"),
    make(O::sc_d, "sc.d", amo(3, 0x03), F::amo, E::a, C::store_conditional, atomic,
         "store doubleword if the reservation holds; rd = 0 on success"),
    make(O::amoswap_d, "amoswap.d", amo(3, 0x01), F::amo, E::a, C::amo, atomic,
         "rd = doubleword in memory; memory = rs2"),
    make(O::amoadd_d, "amoadd.d", amo(3, 0x00), F::amo, E::a, C::amo, atomic,
         "rd = doubleword in memory; memory += rs2"),
    make(O::amoxor_d, "amoxor.d", amo(3, 0x04), F::amo, E::a, C::amo, atomic,
         "rd = doubleword in memory; memory ^= rs2"),
    make(O::amoand_d, "amoand.d", amo(3, 0x0c), F::amo, E::a, C::amo, atomic,
         "rd = doubleword in memory; memory &= rs2"),
    make(O::amoor_d, "amoor.d", amo(3, 0x08), F::amo, E::a, C::amo, atomic,
         "rd = doubleword in memory; memory |= rs2"),
    make(O::amomin_d, "amomin.d", amo(3, 0x10), F::amo, E::a, C::amo, atomic,
         "rd = doubleword in memory; memory = minimum with rs2, signed"),
    make(O::amomax_d, "amomax.d", amo(3, 0x14), F::amo, E::a, C::amo, atomic,
         "rd = doubleword in memory; memory = maximum with rs2, signed"),
    make(O::amominu_d, "amominu.d", amo(3, 0x18), F::amo, E::a, C::amo, atomic,
         "rd = doubleword in memory; memory = minimum with rs2, unsigned"),
    make(O::amomaxu_d, "amomaxu.d", amo(3, 0x1c), F::amo, E::a, C::amo, atomic,
         "rd = doubleword in memory; memory = maximum with rs2, unsigned"),
    // Machine and supervisor level
    make(O::mret, "mret", exact(0x302), F::none, E::i, C::trap_return, machine,
         "return from a trap taken in M-mode"),
    make(O::sret, "sret", exact(0x102), F::none, E::s, C::trap_return, machine,
         "return from a trap taken in S-mode"),
    make(O::wfi, "wfi", exact(0x105), F::none, E::i, C::wait, machine, "wait for an interrupt"),
    make(O::sfence_vma, "sfence.vma", translation_fence(0x09), F::translation_fence, E::s,
         C::translation_fence, supervisor,
         "order page-table stores before later translations (address rs1, ASID rs2; x0 = all)"),
    // H
    make(O::hfence_vvma, "hfence.vvma", translation_fence(0x11), F::translation_fence, E::h,
         C::translation_fence, hypervisor,
         "as sfence.vma for VS-stage translation (address rs1, ASID rs2; x0 = all)"),
    make(O::hfence_gvma, "hfence.gvma", translation_fence(0x31), F::translation_fence, E::h,
         C::translation_fence, hypervisor,
         "as sfence.vma for G-stage translation (address rs1 << 2, VMID rs2; x0 = all)"),
    make(O::hlv_b, "hlv.b", hypervisor_load(0x600), F::load_address, E::h, C::load, hypervisor,
         "load byte, sign-extended, as VS or VU would"),
    make(O::hlv_bu, "hlv.bu", hypervisor_load(0x601), F::load_address, E::h, C::load, hypervisor,
         "load byte, zero-extended, as VS or VU would"),
    make(O::hlv_h, "hlv.h", hypervisor_load(0x640), F::load_address, E::h, C::load, hypervisor,
         "load halfword, sign-extended, as VS or VU would"),
    make(O::hlv_hu, "hlv.hu", hypervisor_load(0x641), F::load_address, E::h, C::load, hypervisor,
         "load halfword, zero-extended, as VS or VU would"),
    make(O::hlvx_hu, "hlvx.hu", hypervisor_load(0x643), F::load_address, E::h, C::load, hypervisor,
         "load halfword with execute permission, zero-extended, as VS or VU would"),
    make(O::hlv_w, "hlv.w", hypervisor_load(0x680), F::load_address, E::h, C::load, hypervisor,
         "load word, sign-extended, as VS or VU would"),
    make(O::hlv_wu, "hlv.wu", hypervisor_load(0x681), F::load_address, E::h, C::load, hypervisor,
         "load word, zero-extended, as VS or VU would"),
    make(O::hlvx_wu, "hlvx.wu", hypervisor_load(0x683), F::load_address, E::h, C::load, hypervisor,
         "load word with execute permission, zero-extended, as VS or VU would"),
    make(O::hlv_d, "hlv.d", hypervisor_load(0x6c0), F::load_address, E::h, C::load, hypervisor,
         "load doubleword, as VS or VU would"),
    make(O::hsv_b, "hsv.b", hypervisor_store(0x31), F::store_address, E::h, C::store, hypervisor,
         "store byte, as VS or VU would"),
    make(O::hsv_h, "hsv.h", hypervisor_store(0x33), F::store_address, E::h, C::store, hypervisor,
         "store halfword, as VS or VU would"),
    make(O::hsv_w, "hsv.w", hypervisor_store(0x35), F::store_address, E::h, C::store, hypervisor,
         "store word, as VS or VU would"),
    make(O::hsv_d, "hsv.d", hypervisor_store(0x37), F::store_address, E::h, C::store, hypervisor,
         "store doubleword, as VS or VU would"),
}};

constexpr bool rows_are_in_the_order_of_operation() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].operation != static_cast<Operation>(i)) return false;
  }
  return true;
}
static_assert(rows_are_in_the_order_of_operation(), "row(operation) indexes the table");

constexpr bool rows_exclude_each_other() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      const std::uint32_t both = rows[i].mask & rows[j].mask;
      if ((rows[i].match & both) == (rows[j].match & both)) return false;
    }
  }
  return true;
}
static_assert(rows_exclude_each_other(), "an encoding means one instruction");

}  // namespace

const std::array<InstructionRow, operation_count> instruction_table = rows;

}  // namespace cyclevisor
