#include "hypervisor/core/scheduler.hpp"

#include "hypervisor/arch/hart.hpp"

namespace cyclevisor::hypervisor {

void Scheduler::start(Vm* vms, unsigned count, Ticks slice, Ticks now) {
  vms_ = vms;
  count_ = count;
  slice_ = slice;
  since_ = now;
  start_round();
}

Vm* Scheduler::select(Ticks now) {
  charge(now);
  note_run(now);
  wake(now);
  running_ = pick();
  if (running_ == nullptr) {
    // No VM that could run has budget left: the round is over.
    start_round();
    turn_ = index(1);
    running_ = pick();
  }
  since_ = now;
  since_cycles_ = physical_cycles();
  undisturbed_until_ = 0;
  if (running_ != nullptr) {
    slice_end_ = running_->budget <= never - now ? now + running_->budget : never;
    const Ticks again = running_->cut_short;
    if (again != 0) {
      undisturbed_until_ = now + again;
      undisturbed_until_ += again < shortest_run_ticks_ ? again : shortest_run_ticks_;
    }
  }
  return running_;
}

bool Scheduler::all_ended() const {
  for (unsigned i = 0; i < count_; ++i) {
    if (vms_[i].state != Vm::State::ended) return false;
  }
  return true;
}

void Scheduler::charge(Ticks now) {
  if (running_ == nullptr) return;
  const Ticks used = now - since_;
  running_->budget = used < running_->budget ? running_->budget - used : 0;
  if (running_->budget == 0) running_->boosted = false;
}

void Scheduler::note_run(Ticks now) {
  if (running_ == nullptr) return;
  const Ticks run = now - since_;
  const uint64_t cycles = physical_cycles() - since_cycles_;
  if (cycles < shortest_run_) shortest_run_ = cycles;
  if (run < shortest_run_ticks_) shortest_run_ticks_ = run;
  const bool hardly_ran = cycles <= 4 * shortest_run_ && undisturbed_until_ == 0;
  running_->cut_short = hardly_ran && running_->state == Vm::State::ready ? run + 1 : 0;
}

void Scheduler::wake(Ticks now) {
  for (unsigned i = 0; i < count_; ++i) {
    Vm& vm = vms_[i];
    if (vm.state == Vm::State::waiting && pending_and_enabled(vm, now) != 0) {
      vm.state = Vm::State::ready;
      vm.boosted = true;
    }
  }
}

Vm* Scheduler::pick() {
  // A boosted VM is not preempted by another one.
  if (running_ != nullptr && running_->boosted && eligible(*running_)) return running_;
  for (unsigned i = 0; i < count_; ++i) {
    Vm& vm = vms_[index(i)];
    if (vm.boosted && eligible(vm)) return &vm;
  }
  for (unsigned i = 0; i < count_; ++i) {
    Vm& vm = vms_[index(i)];
    if (eligible(vm)) {
      turn_ = index(i);
      return &vm;
    }
  }
  return nullptr;
}

void Scheduler::start_round() {
  for (unsigned i = 0; i < count_; ++i) vms_[i].budget = slice_;
}

}  // namespace cyclevisor::hypervisor
