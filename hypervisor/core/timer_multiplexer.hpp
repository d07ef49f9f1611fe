// One physical comparator for all VMs' timers and the scheduler's slice: works out the earliest
// moment at which the hypervisor must act although no guest traps.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/core/vm.hpp"

namespace cyclevisor::hypervisor {

/// What the physical comparator must hold while `running` runs until `slice_end`, not disturbed by
/// others before `undisturbed_until`, or while the hart idles (`running` is nullptr). A timer
/// counts only if its change could be acted upon:
/// - that of the running VM while MTIE is set, also while mstatus.MIE is clear (the trap is then
/// one
///   too many, but setting and clearing MIE does not have to reprogram the comparator);
/// - that of a waiting VM with MTIE set and budget left, but not before `undisturbed_until`;
/// - none of a VM that is ready: it is not kept from running by its timer.
/// The slice's end counts while another VM is ready, or waits without budget for the next round.
/// The result lies after `now`, so an expired compare never stays armed.
HYPERVISOR_STAGE Ticks timer_multiplexer_next(const Vm* vms, unsigned count, const Vm* running,
                                              Ticks slice_end, Ticks undisturbed_until, Ticks now);

}  // namespace cyclevisor::hypervisor
