// Which VM runs: round-robin with a time slice, in rounds.
//
// In each round every VM may use one slice. A VM that leaves the hart (WFI, or another VM preempts
// it) keeps what is left of its slice; when no VM that could run has any left, the round ends and
// all get a new slice. A VM woken from WFI runs before VMs that were not waiting ("boosted") until
// it waits again or has used its slice: a short interrupt handler is not kept waiting, and a VM
// that wakes all the time still gets no more than its share. Time that the hypervisor spends on a
// VM's behalf is that VM's.
//
// A wake-up that falls due while a VM is being entered takes the hart from it before it has run one
// instruction, and the VM pays for its way in and out. A guest that sets its deadlines for these
// moments could do so again and again. So a VM that hardly ran is not disturbed when it is entered
// next until it has had as long, and the shortest run of all on top of it. A run is counted from
// one decision to the next, so the shortest one is about one entry into a guest and one exit; up to
// four times that may be entry and exit alone, since they take longer when caches are cold or
// more timers have to be compared.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/core/vm.hpp"

namespace cyclevisor::hypervisor {

/// The shortest slice that a device tree may ask for. The platform's own limit is in cycles:
/// several times what entry into a guest and exit take, so that every slice makes progress.
constexpr Ticks minimum_slice = 200;

class Scheduler {
 public:
  /// `slice` is in ticks and not zero. The VMs must outlive the scheduler.
  void start(Vm* vms, unsigned count, Ticks slice, Ticks now);

  /// Charges the running VM up to `now`, wakes VMs with a pending and enabled interrupt, and
  /// decides who runs from now on; nullptr when no VM is ready.
  Vm* select(Ticks now);

  /// When the VM that `select` returned has used its slice.
  Ticks slice_end() const { return slice_end_; }
  /// Until this moment no wake-up of another VM preempts it; 0 in the usual case.
  Ticks undisturbed_until() const { return undisturbed_until_; }

  bool all_ended() const;

 private:
  void charge(Ticks now);
  void note_run(Ticks now);
  void wake(Ticks now);
  Vm* pick();
  bool eligible(const Vm& vm) const { return vm.state == Vm::State::ready && vm.budget != 0; }
  /// Index of the VM `distance` places behind the one whose turn it is. No division: this is on the
  /// way of every timer interrupt.
  unsigned index(unsigned distance) const {
    const unsigned sum = turn_ + distance;
    return sum < count_ ? sum : sum - count_;
  }
  void start_round();

  Vm* vms_ = nullptr;
  unsigned count_ = 0;
  Ticks slice_ = 0;
  unsigned turn_ = 0;      ///< whose turn it is among the VMs that are not boosted
  Vm* running_ = nullptr;  ///< nullptr while idle
  Ticks since_ = 0;        ///< up to when the running VM has been charged
  Ticks slice_end_ = 0;
  Ticks undisturbed_until_ = 0;
  uint64_t since_cycles_ = 0;  ///< `mcycle` at the last choice
  /// From the choice of a VM to the next choice, in cycles: a tick may be as short as one or longer
  /// than a run. Until a run has been seen, this is about one entry and one exit.
  uint64_t shortest_run_ = 500;
  Ticks shortest_run_ticks_ = never;
};

}  // namespace cyclevisor::hypervisor
