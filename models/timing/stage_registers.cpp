#include "models/timing/stage_registers.hpp"

namespace cyclevisor {

unsigned access_bytes(Operation operation) {
  switch (operation) {
    case Operation::lb:
    case Operation::lbu:
    case Operation::sb:
    case Operation::hlv_b:
    case Operation::hlv_bu:
    case Operation::hsv_b:
      return 1;
    case Operation::lh:
    case Operation::lhu:
    case Operation::sh:
    case Operation::hlv_h:
    case Operation::hlv_hu:
    case Operation::hlvx_hu:
    case Operation::hsv_h:
      return 2;
    case Operation::ld:
    case Operation::sd:
    case Operation::hlv_d:
    case Operation::hsv_d:
      return 8;
    default:
      return operation >= Operation::lr_d && operation <= Operation::amomaxu_d ? 8 : 4;
  }
}

MemoryOperation memory_operation(const StageRegister& latch) {
  MemoryOperation operation;
  if (!latch.valid) return operation;
  switch (latch.instruction_class()) {
    case InstructionClass::load:
      operation.reads = true;
      break;
    case InstructionClass::store:
      operation.writes = true;
      break;
    case InstructionClass::load_reserved:
      operation.reads = operation.atomic = true;
      break;
    case InstructionClass::store_conditional:
      operation.writes = operation.atomic = true;
      break;
    case InstructionClass::amo:
      operation.reads = operation.writes = operation.atomic = true;
      break;
    default:
      return operation;
  }
  operation.bytes = access_bytes(latch.instruction.operation);
  return operation;
}

bool flushes_translations(const StageRegister& latch) {
  return latch.valid && latch.legal &&
         latch.instruction_class() == InstructionClass::translation_fence;
}

bool writes_csr(const Instruction& instruction) {
  if (instruction.instruction_class != InstructionClass::csr) return false;
  const bool swaps =
      instruction.operation == Operation::csrrw || instruction.operation == Operation::csrrwi;
  return swaps || instruction.rs1 != 0;
}

bool refetches_younger(const StageRegister& latch) {
  if (!latch.valid) return false;
  switch (latch.instruction_class()) {
    case InstructionClass::csr:
      return writes_csr(latch.instruction);
    case InstructionClass::fence:
    case InstructionClass::translation_fence:
      return true;
    default:
      return false;
  }
}

}  // namespace cyclevisor
