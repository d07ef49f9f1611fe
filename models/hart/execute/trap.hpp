// Traps: interrupt selection, delegation, trap entry; and trap returns.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/types.hpp"
#include "models/hart/execute/core.hpp"

namespace cyclevisor {

/// The result of a trap entry.
struct TakenTrap {
  PrivilegeMode from = PrivilegeMode::machine;
  PrivilegeMode to = PrivilegeMode::machine;
  std::uint64_t cause = 0;  ///< as written to the handler's xcause
  std::uint64_t epc = 0;
  std::uint64_t tval = 0;
  std::uint64_t tval2 = 0;
  std::uint64_t tinst = 0;
  std::uint64_t vector = 0;
};

/// The interrupt to take before the next instruction, if any: its bit number in mip.
std::optional<unsigned> pending_interrupt(const Core& core);

/// Takes the trap of `core.exception`, or of an interrupt.
TakenTrap take_exception(Core& core);
TakenTrap take_interrupt(Core& core, unsigned number);

/// mret and sret, after all checks. They return the pc of the next instruction.
std::uint64_t return_from_machine_trap(Core& core);
std::uint64_t return_from_supervisor_trap(Core& core);

}  // namespace cyclevisor
