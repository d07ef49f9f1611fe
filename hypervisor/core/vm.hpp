// A VM as the hypervisor schedules it.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/virtual/machine.hpp"

namespace cyclevisor::hypervisor {

/// A virtual machine and the scheduler's account of it. It begins with the virtual hart's
/// registers, so that mscratch points to them and to the Vm alike.
struct Vm : VirtualMachine {
  Ticks budget = 0;      ///< what is left of the slice in this round of the scheduler
  bool boosted = false;  ///< woken from WFI and not waiting since; runs before VMs that are not
  Ticks cut_short = 0;   ///< length of its last run if that was too short to count; 0: it was not
};

}  // namespace cyclevisor::hypervisor
