#include "platform/observe/waves/wave_phases.hpp"

#include "platform/observe/guest/guest_state.hpp"

namespace cyclevisor {

WavePhases::WavePhases(const ObservedPlatform& platform, GuestView& view, Change change)
    : arrangement_(platform.arrangement),
      change_(std::move(change)),
      guest_runs_(!platform.arrangement.monitored()) {
  for (const ObservedVm& vm : platform.vms) {
    vms_.emplace_back();
    vms_.back().number = vm.number;
  }
  view.attach(*this);
}

std::size_t WavePhases::find(unsigned number) const {
  std::size_t i = 0;
  while (i < vms_.size() && vms_[i].number != number) ++i;
  return i;
}

void WavePhases::enter(std::size_t vm, Cycle at, WavePhase phase) {
  if (vms_[vm].phase == phase) return;
  vms_[vm].phase = phase;
  change_(at, index(vm, VmWaveSignal::phase), static_cast<std::uint64_t>(phase));
}

void WavePhases::passed(Cycle cycle) {
  for (std::size_t i = 0; i < vms_.size(); ++i) {
    Vm& vm = vms_[i];
    if (vm.deadline >= cycle) continue;
    change_(vm.deadline, index(i, VmWaveSignal::mtip), 1);
    // A handler that is still running has its own phases; this interrupt follows it.
    if (vm.phase == WavePhase::none) {
      enter(i, vm.deadline,
            !guest_runs_ ? WavePhase::deliver
            : line_high_ ? WavePhase::trap
                         : WavePhase::line);
    }
    vm.deadline = Cycle::never();
  }
}

void WavePhases::on(const InterruptLine& event) {
  if (event.number != GuestState::mti) return;
  line_high_ = event.level;
  if (!event.level) return;
  // The line rises for the deadlines of this cycle.
  passed(event.cycle + Cycle(1));
  for (std::size_t i = 0; i < vms_.size(); ++i) {
    if (vms_[i].phase == WavePhase::line) enter(i, event.cycle, WavePhase::trap);
  }
}

void WavePhases::on(const Trap& event) {
  const bool monitored = arrangement_.monitored();
  const bool timer = event.is_interrupt() && event.number() == GuestState::mti;
  if (monitored ? !arrangement_.leaves_guest(event) : !timer) return;
  if (monitored) guest_runs_ = false;
  for (std::size_t i = 0; i < vms_.size(); ++i) {
    const WavePhase phase = vms_[i].phase;
    if (phase == WavePhase::line || phase == WavePhase::trap) {
      enter(i, event.cycle, WavePhase::deliver);
    }
  }
}

void WavePhases::on(const TrapReturn& event) {
  if (arrangement_.enters_guest(event)) guest_runs_ = true;
}

void WavePhases::deadline_changed(unsigned number, Cycle at, Cycle deadline) {
  passed(at);
  const std::size_t vm = find(number);
  if (vm == vms_.size()) return;
  vms_[vm].deadline = deadline;
  change_(at, index(vm, VmWaveSignal::mtip), 0);
  // The guest moved its deadline before the interrupt reached it.
  const WavePhase phase = vms_[vm].phase;
  if (phase == WavePhase::line || phase == WavePhase::trap || phase == WavePhase::deliver) {
    enter(vm, at, WavePhase::none);
  }
}

void WavePhases::interrupt_entered(const GuestInterrupt& interrupt) {
  passed(interrupt.cycle);
  const std::size_t vm = find(interrupt.vm);
  const bool timer = interrupt.number == GuestState::mti && interrupt.expired;
  if (vm != vms_.size() && timer) enter(vm, interrupt.cycle, WavePhase::handler);
}

void WavePhases::handler_started(unsigned number, Cycle at) {
  const std::size_t vm = find(number);
  if (vm != vms_.size() && vms_[vm].phase == WavePhase::handler) enter(vm, at, WavePhase::rearm);
}

void WavePhases::timer_access(const GuestTimerAccess& access) {
  if (!access.store || access.reg != GuestTimerRegister::mtimecmp) return;
  const std::size_t vm = find(access.vm);
  if (vm != vms_.size() && vms_[vm].phase == WavePhase::rearm) {
    enter(vm, access.done, WavePhase::ret);
  }
}

void WavePhases::handler_returned(unsigned number, Cycle at) {
  const std::size_t vm = find(number);
  if (vm == vms_.size()) return;
  const WavePhase phase = vms_[vm].phase;
  if (phase == WavePhase::rearm || phase == WavePhase::ret) enter(vm, at, WavePhase::none);
}

}  // namespace cyclevisor
