// The contents of a pipeline register: one instruction or a bubble, with everything that decode
// determined.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"
#include "models/hart/isa/instruction.hpp"
#include "models/mmu/translate.hpp"

namespace cyclevisor {

/// Why a fetch failed; reported when the instruction is in the memory stage.
enum class FetchFault : std::uint8_t { none, page, access, guest_page };

/// One of the registers D, E, M. A bubble is an invalid no-operation that keeps a pc: the program
/// counters of the pipeline are not cleared with the instruction.
struct StageRegister {
  bool valid = false;
  bool legal = true;  ///< the bits are a legal instruction
  FetchFault fault = FetchFault::none;
  std::uint64_t pc = 0;
  /// The address that faulted: pc, or pc + 2 when it was the second half of the instruction.
  std::uint64_t fault_address = 0;
  /// Of a guest-page fault: see TranslationFault.
  GuestPhysicalAddress fault_guest_address;
  ImplicitAccess fault_implicit_access = ImplicitAccess::none;
  PhysicalAddress physical_pc;
  std::uint32_t bits = 0;  ///< as fetched; a compressed instruction in the low half
  /// A no-operation (addi x0, x0, 0) for bubbles and for illegal bits.
  Instruction instruction;

  static StageRegister bubble(std::uint64_t pc) {
    StageRegister latch;
    latch.pc = pc;
    return latch;
  }

  InstructionClass instruction_class() const { return instruction.instruction_class; }
  bool is(Operation operation) const {
    return valid && legal && instruction.operation == operation;
  }
};

/// What an instruction asks of data memory. An AMO reads and writes.
struct MemoryOperation {
  bool reads = false;
  bool writes = false;
  bool atomic = false;  ///< LR, SC, AMO
  unsigned bytes = 1;

  bool any() const { return reads || writes; }
};

MemoryOperation memory_operation(const StageRegister& latch);

/// Fences that invalidate everything in a TLB.
bool flushes_translations(const StageRegister& latch);

/// The size of a load, store or atomic in bytes.
unsigned access_bytes(Operation operation);

/// Whether the instruction writes a CSR, in the sense that younger instructions are fetched again:
/// every csrrw, and csrrs or csrrc with a nonzero source field.
bool writes_csr(const Instruction& instruction);

/// Instructions after which everything younger is fetched again: CSR writes and all fences.
bool refetches_younger(const StageRegister& latch);

}  // namespace cyclevisor
