// Interrupts of physical devices. The only ones are received characters of UARTs.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

/// Answers one external interrupt: the VM whose UART it is finds a character there, and is woken if
/// that is what it waits for. The UART does not interrupt again before the guest has read all that
/// there is, so a guest cannot cause more of them than it reads characters.
HYPERVISOR_STAGE void handle_external_interrupt();

}  // namespace cyclevisor::hypervisor
