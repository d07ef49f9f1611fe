// The architecture of a hart without time: registers, and the execution of one decoded instruction.
// An engine fetches, translates and checks memory accesses, takes traps, and decides in which cycle
// each of them happens.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/types.hpp"
#include "models/hart/base/config.hpp"
#include "models/hart/base/exception.hpp"
#include "models/hart/base/ports.hpp"
#include "models/hart/csr/csr_file.hpp"
#include "models/hart/execute/memory_unit.hpp"
#include "models/hart/isa/instruction.hpp"
#include "models/probe/events.hpp"

namespace cyclevisor {

/// The reservation set of LR is the naturally aligned 8-byte word ("Load-Reserved/Store-Conditional
/// Instructions" lets the implementation choose a set that contains the operand).
inline constexpr std::uint64_t reservation_set_bytes = 8;

/// How an instruction ended.
enum class Step : std::uint8_t {
  sequential,  ///< retired; the next instruction follows in memory
  redirect,    ///< retired; a taken branch or a jump
  flush,       ///< retired; younger instructions in a pipeline must be fetched again: CSR writes,
               ///< fences, trap returns
  exception,   ///< no state changed: take the trap
  wait,        ///< WFI with no interrupt pending: it retires once one is
};

class Core {
 public:
  Core(const HartConfig& config, PhysicalBus& bus, TimeSource& time);

  void reset(std::uint64_t start, std::uint64_t a0, std::uint64_t a1);

  /// Executes an instruction that is in the memory stage in cycle `at`. Updates everything, `pc`
  /// and the count of retired instructions too, unless the outcome is `exception` or `wait`. A
  /// memory access needs an operand: see MemoryUnit::begin_prepared.
  Step execute(const Instruction& instruction, Cycle at);

  /// Retires a WFI that waited.
  void retire_wait(const Instruction& instruction);

  /// True when WFI does not wait: an interrupt is pending and enabled in mie, regardless of the
  /// global enables.
  bool wakes() const { return (csrs.pending() & csrs.state.mie) != 0; }

  /// For instruction executors: sets `exception` and returns Step::exception.
  Step raise(ExceptionCause cause, std::uint64_t tval, TrapValue trap_value = TrapValue::other);
  Step raise_illegal(const Instruction& instruction);
  Step raise_virtual(const Instruction& instruction);

  void set_mode(PrivilegeMode new_mode) {
    mode = new_mode;
    memory.refresh(new_mode);
  }
  void write_x(unsigned rd, std::uint64_t value) {
    x[rd] = value;
    x[0] = 0;
  }
  bool has(Extension extension) const { return csrs.has(extension); }

  IntegerRegisters x{};
  std::uint64_t pc = 0;
  PrivilegeMode mode = PrivilegeMode::machine;
  /// The reservation set of the last LR, as long as it is valid.
  std::optional<PhysicalAddress> reservation;
  CsrFile csrs;
  MemoryUnit memory;

  /// The exception of the last Step::exception.
  Exception exception;
  /// The pc of the next instruction; executors of jumps and returns change it.
  std::uint64_t next_pc = 0;
  /// The cycle of the instruction being executed.
  Cycle now;
  /// The CSR that the last instruction wrote, or Retire::no_csr; and whether it changed satp, vsatp
  /// or hgatp.
  std::uint16_t csr_written = Retire::no_csr;
  bool address_space_changed = false;
};

}  // namespace cyclevisor
