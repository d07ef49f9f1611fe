// Which VM runs: round-robin with a time slice, in rounds.
//
// In each round every VM may use one slice. A VM that leaves the hart (WFI, or somebody preempts
// it) keeps what is left of its slice; when no VM that could run has any left, the round ends and
// all get a new slice. A VM woken from WFI runs before VMs that were not waiting ("boosted") until
// it waits again or has used its slice: a short interrupt handler is not kept waiting, and a VM
// that wakes all the time still gets no more than its share. Time that the hypervisor spends on a
// VM's behalf is that VM's.
#pragma once

#include "hypervisor/core/vm.hpp"
#include "hypervisor/types.hpp"

namespace cyclevisor::hypervisor {

class Scheduler {
 public:
  /// `slice` is in ticks and not zero. The VMs must outlive the scheduler.
  void start(Vm* vms, unsigned count, Ticks slice, Ticks now);

  /// Charges the running VM up to `now`, wakes VMs with a pending and enabled interrupt, and
  /// decides who runs from now on; nullptr when no VM is ready.
  Vm* select(Ticks now);

  /// When the VM that `select` returned has used its slice.
  Ticks slice_end() const { return slice_end_; }

  bool all_ended() const;

 private:
  void charge(Ticks now);
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
};

}  // namespace cyclevisor::hypervisor
