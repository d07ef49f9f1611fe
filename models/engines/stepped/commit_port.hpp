// The pipeline's port to the architectural hart: examines an instruction before it commits, commits
// it with the physical address that the pipeline's TLB gave, and reaches memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "models/hart/execute/core.hpp"
#include "models/timing/stage_registers.hpp"

namespace cyclevisor {

class CommitPort {
 public:
  /// The references must outlive the object; `bus` is the one that the core has.
  CommitPort(Core& core, PhysicalBus& bus) : core_(core), bus_(bus) {}

  Core& core() { return core_; }
  const Core& core() const { return core_; }

  /// The exception that the instruction raises whatever memory answers, if any: illegal, not
  /// permitted, environment call, breakpoint, misaligned target, failed fetch. Nothing changes. Not
  /// for wfi: the pipeline limits its time where it may not wait without limit.
  std::optional<Exception> exception_of(const StageRegister& latch);

  /// What an ALU instruction or a jump will write to rd. Nothing changes.
  std::uint64_t result_of(const StageRegister& latch);

  /// The value of a register as E sees it while `memory` is in the memory stage: its result is
  /// forwarded if it is known there.
  std::uint64_t forwarded(unsigned number, const StageRegister& memory);

  /// Executes the instruction that leaves the memory stage in cycle `at`. `operand` says where its
  /// data are, if it has any. The instruction must not have an exception.
  void commit(const StageRegister& latch, Cycle at, const std::optional<PreparedOperand>& operand);

  /// A word that is fetched over the bus: the 4 bytes at a multiple of 4.
  std::uint32_t fetch_word(PhysicalAddress address, Cycle at);

  std::uint64_t read_entry(PhysicalAddress address);
  void write_entry(PhysicalAddress address, std::uint64_t entry);

 private:
  /// The exception that `execute_instruction` raises, for an instruction that changes at most
  /// registers and control state.
  std::optional<Exception> tried(const Instruction& instruction);

  Core& core_;
  PhysicalBus& bus_;
};

}  // namespace cyclevisor
