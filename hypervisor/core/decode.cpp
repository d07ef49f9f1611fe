#include "hypervisor/core/decode.hpp"

namespace cyclevisor::hypervisor {
namespace {

/// instruction[high:low], in the specification's notation.
constexpr uint32_t bits(uint32_t instruction, unsigned high, unsigned low) {
  return (instruction >> low) & ((uint32_t{1} << (high - low + 1)) - 1);
}

constexpr int16_t sign_extend_12(uint32_t immediate) {
  return static_cast<int16_t>(static_cast<int32_t>(immediate << 20) >> 20);
}

// Major opcodes (unprivileged specification, "RISC-V base opcode map").
constexpr uint32_t opcode_load = 0x03;
constexpr uint32_t opcode_store = 0x23;
constexpr uint32_t opcode_atomic = 0x2f;
constexpr uint32_t opcode_system = 0x73;

void decode_base(uint32_t instruction, MemoryOperation& operation) {
  const uint32_t opcode = bits(instruction, 6, 0);
  const uint32_t funct3 = bits(instruction, 14, 12);
  if (opcode == opcode_load && funct3 != 7) {  // lb lh lw ld lbu lhu lwu
    operation.kind = MemoryOperation::Kind::load;
    operation.extension = funct3 >= 4 ? Extension::zero : Extension::sign;
    operation.data_register = static_cast<uint8_t>(bits(instruction, 11, 7));
    operation.offset = sign_extend_12(bits(instruction, 31, 20));
  } else if (opcode == opcode_store && funct3 <= 3) {  // sb sh sw sd
    operation.kind = MemoryOperation::Kind::store;
    operation.data_register = static_cast<uint8_t>(bits(instruction, 24, 20));
    operation.offset = sign_extend_12(bits(instruction, 31, 25) << 5 | bits(instruction, 11, 7));
  }
  if (opcode == opcode_atomic && (funct3 == 2 || funct3 == 3)) {
    constexpr uint32_t load_reserved = 2;  // funct5
    operation.kind = bits(instruction, 31, 27) == load_reserved
                         ? MemoryOperation::Kind::load_reserved
                         : MemoryOperation::Kind::atomic;
  }
  operation.bytes = static_cast<uint8_t>(1u << (funct3 & 3));
  operation.base_register = static_cast<uint8_t>(bits(instruction, 19, 15));
}

// Quadrant 0, the CL and CS formats: registers x8..x15, offset scaled by the width.
void decode_compressed_register(uint32_t instruction, MemoryOperation& operation) {
  const uint32_t funct3 = bits(instruction, 15, 13);
  const uint32_t offset_5_3 = bits(instruction, 12, 10) << 3;
  operation.base_register = static_cast<uint8_t>(8 + bits(instruction, 9, 7));
  operation.data_register = static_cast<uint8_t>(8 + bits(instruction, 4, 2));
  operation.kind = funct3 < 4 ? MemoryOperation::Kind::load : MemoryOperation::Kind::store;
  switch (funct3) {
    case 2:  // c.lw
    case 6:  // c.sw
      operation.bytes = 4;
      operation.offset = static_cast<int16_t>(offset_5_3 | bits(instruction, 6, 6) << 2 |
                                              bits(instruction, 5, 5) << 6);
      break;
    case 3:  // c.ld
    case 7:  // c.sd
      operation.bytes = 8;
      operation.offset = static_cast<int16_t>(offset_5_3 | bits(instruction, 6, 5) << 6);
      break;
    default:
      operation.kind = MemoryOperation::Kind::none;
  }
}

// Quadrant 2, stack-pointer relative: the CI format for loads, CSS for stores.
void decode_compressed_stack(uint32_t instruction, MemoryOperation& operation) {
  const uint32_t rd = bits(instruction, 11, 7);
  operation.base_register = 2;
  switch (bits(instruction, 15, 13)) {
    case 2:  // c.lwsp; rd = x0 is reserved
      if (rd == 0) return;
      operation.kind = MemoryOperation::Kind::load;
      operation.bytes = 4;
      operation.offset =
          static_cast<int16_t>(bits(instruction, 12, 12) << 5 | bits(instruction, 6, 4) << 2 |
                               bits(instruction, 3, 2) << 6);
      break;
    case 3:  // c.ldsp; rd = x0 is reserved
      if (rd == 0) return;
      operation.kind = MemoryOperation::Kind::load;
      operation.bytes = 8;
      operation.offset =
          static_cast<int16_t>(bits(instruction, 12, 12) << 5 | bits(instruction, 6, 5) << 3 |
                               bits(instruction, 4, 2) << 6);
      break;
    case 6:  // c.swsp
      operation.kind = MemoryOperation::Kind::store;
      operation.bytes = 4;
      operation.offset =
          static_cast<int16_t>(bits(instruction, 12, 9) << 2 | bits(instruction, 8, 7) << 6);
      break;
    case 7:  // c.sdsp
      operation.kind = MemoryOperation::Kind::store;
      operation.bytes = 8;
      operation.offset =
          static_cast<int16_t>(bits(instruction, 12, 10) << 3 | bits(instruction, 9, 7) << 6);
      break;
    default:
      return;
  }
  operation.data_register = static_cast<uint8_t>(
      operation.kind == MemoryOperation::Kind::load ? rd : bits(instruction, 6, 2));
}

}  // namespace

HYPERVISOR_STAGE void decode_memory_operation(uint32_t instruction, MemoryOperation* operation) {
  *operation = MemoryOperation{};
  switch (instruction & 3) {
    case 0:
      decode_compressed_register(instruction, *operation);
      break;
    case 2:
      decode_compressed_stack(instruction, *operation);
      break;
    case 3:
      decode_base(instruction, *operation);
      break;
    default:  // quadrant 1 has no memory accesses
      break;
  }
}

HYPERVISOR_STAGE SystemOperation decode_system_operation(uint32_t instruction) {
  if (bits(instruction, 6, 0) != opcode_system) return SystemOperation::none;
  const uint32_t funct3 = bits(instruction, 14, 12);
  if ((funct3 & 3) != 0) return SystemOperation::csr;
  if (instruction == 0x30200073) return SystemOperation::mret;
  if (instruction == 0x10500073) return SystemOperation::wfi;
  return SystemOperation::none;
}

}  // namespace cyclevisor::hypervisor
