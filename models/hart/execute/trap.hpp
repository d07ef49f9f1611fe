// Traps: which interrupt is taken, where a trap goes, what it changes; and the returns.
#pragma once

#include <cstdint>
#include <optional>

#include "models/base/types.hpp"
#include "models/hart/core.hpp"

namespace cyclevisor {

/// What a trap did.
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

/// The interrupt that is to be taken before the next instruction, if any: its number in mip.
std::optional<unsigned> pending_interrupt(const Core& core);

/// Takes the trap of `core.exception`, respectively of an interrupt.
TakenTrap take_exception(Core& core);
TakenTrap take_interrupt(Core& core, unsigned number);

/// mret and sret, after all checks. They return where execution goes on.
std::uint64_t return_from_machine_trap(Core& core);
std::uint64_t return_from_supervisor_trap(Core& core);

}  // namespace cyclevisor
