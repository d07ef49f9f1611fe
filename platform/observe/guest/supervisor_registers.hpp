// A kernel in S-mode, seen as the same kernel in M-mode. The state that governs its timer
// interrupt has the same form one privilege level lower (privileged specification, "Supervisor
// CSRs"), so GuestState and everything behind it need to know one level only.
#pragma once

#include <cstdint>
#include <optional>

#include "models/probe/events.hpp"

namespace cyclevisor {

/// A CSR of M-mode and its value.
struct MachineCsr {
  unsigned number = 0;
  std::uint64_t value = 0;
};

/// The register of M-mode that corresponds to a supervisor's (or to the supervisor's part of a
/// machine's, as firmware writes it), with the value that means the same; nothing for others.
std::optional<MachineCsr> as_machine_csr(unsigned number, std::uint64_t value);

/// `scause` as the `mcause` of the same trap: a supervisor's interrupt becomes the machine's.
std::uint64_t as_machine_cause(std::uint64_t scause);

/// The `mtime` for which a call of the firmware arms the timer (SBI specification, "Timer
/// Extension", and its legacy form); nothing when the trap is no such call.
std::optional<std::uint64_t> timer_call(const Trap& trap);

}  // namespace cyclevisor
