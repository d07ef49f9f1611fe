// Why an interrupt is late: the part of the ledger that attributes the cycles between a deadline
// and the first instruction of the guest's handler that are not on the direct path.
#include <algorithm>

#include "platform/observe/latency/latency_ledger.hpp"

namespace cyclevisor {
namespace {

void wait_while_runs(unsigned vm, std::uint64_t cycles, Waits& waits, Ran& ran) {
  if (cycles == 0) return;
  waits[wait_index(Wait::not_running)] += cycles;
  ran[vm] += cycles;
}

}  // namespace

LatencyLedger::Handler* LatencyLedger::at_vector(Vm& vm) {
  if (vm.handlers.empty()) return nullptr;
  Handler& handler = vm.handlers.back();
  return handler.timer && handler.sample && !handler.started ? &handler : nullptr;
}

/// Counts the VM's waits up to `now`. Their conditions have not changed since the last call.
void LatencyLedger::count(Vm& vm, Cycle now) {
  if (now <= vm.counted) return;
  if (Handler* handler = at_vector(vm)) count_to_handler(vm, *handler, now);
  if (vm.deadline < now) count_to_vector(vm, now);
  vm.counted = now;
}

/// Also after the delivery, until the guest has read mcause: the interrupt may be another one.
void LatencyLedger::count_to_vector(Vm& vm, Cycle now) {
  const std::uint64_t cycles = (now - std::max(vm.counted, vm.deadline)).value;
  const bool own = owner_ == vm.number;
  // With MTIE clear it does not matter who runs.
  if (!vm.enabled && (own || !view_.state(vm.number).allows(GuestState::mti))) {
    vm.waits[wait_index(Wait::masked)] += cycles;
  } else if (!guest_runs_) {
    // Its reason is known when it ends.
    vm.underway += cycles;
  } else if (!own && (vm.trap != Cycle::never() || vm.line == Cycle::never())) {
    // The cycles from a rising line to the trap are the hart's.
    wait_while_runs(owner_, cycles, vm.waits, vm.ran);
  }
}

void LatencyLedger::count_to_handler(const Vm& vm, Handler& handler, Cycle now) const {
  const std::uint64_t cycles = (now - vm.counted).value;
  if (!guest_runs_) {
    handler.underway += cycles;
  } else if (owner_ != vm.number) {
    wait_while_runs(owner_, cycles, handler.partial.waits, handler.partial.ran);
  }
}

/// The hypervisor returns to a guest: its cycles belong to that one, as in the account.
void LatencyLedger::end_passage(Vm& vm) {
  const unsigned entered = account_.vm();
  const bool own = entered == vm.number;
  if (Handler* handler = at_vector(vm)) {
    LatencySample& sample = handler->partial;
    if (own && owner_ == vm.number) {
      sample.waits[wait_index(Wait::hypervisor)] += handler->underway;
    } else {
      wait_while_runs(own ? owner_ : entered, handler->underway, sample.waits, sample.ran);
    }
    handler->underway = 0;
  }
  if (vm.busy) {
    vm.waits[wait_index(Wait::hypervisor)] += vm.underway;
  } else if (!own) {
    wait_while_runs(entered, vm.underway, vm.waits, vm.ran);
  } else if (!vm.enabled) {
    // Possibly woken so that it can enable the interrupt.
    vm.waits[wait_index(Wait::masked)] += vm.underway;
  }
  vm.underway = 0;
  vm.busy = false;
}

/// The first instruction has been executed. If the hypervisor emulated it, that belongs to the
/// direct path, unless the VM lost the hart in between.
void LatencyLedger::end_wait_for_handler(Vm& vm, Cycle at) {
  count(vm, at);
  Handler* handler = at_vector(vm);
  if (handler == nullptr || owner_ == vm.number) return;
  wait_while_runs(owner_, handler->underway, handler->partial.waits, handler->partial.ran);
}

/// A deadline that passes while the hart is in WFI does not find the hypervisor busy.
void LatencyLedger::on(const Idle& event) {
  if (guest_runs_) return;
  notice_deadlines(event.until);
  for (Vm& vm : vms_) {
    if (vm.deadline > event.cycle) vm.busy = false;
  }
}

void LatencyLedger::on(const BusTransfer& event) {
  if (!guest_runs_) return;
  const Cycle after = event.end + Cycle(1);
  for (Vm& vm : vms_) {
    if (vm.deadline >= after || vm.delivered || !vm.enabled || vm.trap != Cycle::never()) continue;
    vm.waits[wait_index(Wait::bus)] += (after - std::max(event.cycle, vm.deadline)).value;
  }
}

}  // namespace cyclevisor
