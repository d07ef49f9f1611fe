// The one instance of everything, and the way from a trap to the next guest instruction:
// trap_entry -> handle_trap -> handle_exception | (interrupt) -> resume_guest -> schedule ->
// world_switch -> inject_trap -> trap_exit.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/core/protection.hpp"
#include "hypervisor/core/scheduler.hpp"
#include "hypervisor/core/vm.hpp"
#include "hypervisor/drivers/finisher.hpp"
#include "hypervisor/drivers/plic.hpp"
#include "hypervisor/drivers/timer.hpp"
#include "hypervisor/drivers/uart.hpp"

namespace cyclevisor::hypervisor {

struct Hypervisor {
  Vm vms[maximum_vms];
  unsigned vm_count = 0;
  Scheduler scheduler;
  Protection protection;
  PhysicalTimer timer;
  PhysicalPlic plic;
  PhysicalFinisher finisher;
  PhysicalUart console;
  const Vm* in_satp = nullptr;  ///< whose address space `satp` holds
};

extern Hypervisor hypervisor;

/// A VM to run, and the physical `mtime` at which that was decided.
struct Turn {
  Vm* vm;
  Ticks now;
};

/// Decides which VM runs, idles in WFI while none can, and loads the chosen VM's address space.
/// Ends the run when no VM is left.
HYPERVISOR_STAGE Turn schedule();

/// The way back after every trap, whatever it was: what the trap changed and what time brought
/// meanwhile is looked at here and nowhere else. Returns the VM that trap_exit enters.
HYPERVISOR_STAGE Vm* resume_guest(Vm* vm);

}  // namespace cyclevisor::hypervisor
