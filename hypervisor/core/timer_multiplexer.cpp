#include "hypervisor/core/timer_multiplexer.hpp"

namespace cyclevisor::hypervisor {

HYPERVISOR_STAGE Ticks timer_multiplexer_next(const Vm* vms, unsigned count, const Vm* running,
                                              Ticks slice_end, Ticks undisturbed_until, Ticks now) {
  Ticks earliest = never;
  bool slice_matters = false;
  for (const Vm* vm = vms; vm != vms + count; ++vm) {
    if (vm != running) {
      if (vm->state == Vm::State::ended) continue;
      if (vm->state == Vm::State::ready) {
        slice_matters = true;
        continue;
      }
      if (vm->budget == 0) {
        slice_matters = true;
        continue;
      }
    }
    if ((vm->vcpu.mie & interrupt::bit(interrupt::machine_timer)) == 0) continue;
    Ticks change = vm->timer.next_change(now);
    if (vm != running && now < undisturbed_until) {
      // A deadline before that moment is served at it; the deadline has woken no VM yet.
      if (change < undisturbed_until || vm->timer.pending(now)) change = undisturbed_until;
    }
    if (change < earliest) earliest = change;
  }
  if (slice_matters && running != nullptr && slice_end < earliest) earliest = slice_end;
  return earliest;
}

}  // namespace cyclevisor::hypervisor
