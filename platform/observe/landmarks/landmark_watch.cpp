#include "platform/observe/landmarks/landmark_watch.hpp"

namespace cyclevisor {

LandmarkWatch::LandmarkWatch(const ObservedPlatform& platform, const VmWatch& watch)
    : arrangement_(platform.arrangement),
      watch_(watch),
      landmarks_(platform.landmarks),
      hits_(landmarks_.size()),
      excepted_(landmarks_.size()) {
  for (const Landmark& landmark : landmarks_) addresses_.set(slot(landmark.at));
}

/// The condition is on the registers before the instruction.
void LandmarkWatch::passes(VirtualAddress pc, unsigned vm, Cycle cycle, bool excepted) {
  for (std::size_t i = 0; i < landmarks_.size(); ++i) {
    const Landmark& landmark = landmarks_[i];
    if (landmark.vm != vm) continue;
    const bool here = landmark.at == pc;
    const bool again = here && excepted_[i];
    excepted_[i] = here && excepted;
    if (!here || again) continue;
    if (landmark.when && !landmark.when->holds(x_[landmark.when->number])) continue;
    ++hits_[i];
    for (const Callback& callback : callbacks_) callback({i, cycle});
  }
}

void LandmarkWatch::on(const Retire& event) {
  passes(event.pc, vm_in(event.mode), event.cycle, false);
  write_back(event);
}

void LandmarkWatch::on_plain(RetireSpan events) {
  const unsigned vm = vm_in(events.front().mode);
  for (std::size_t i = 0; i < landmarks_.size(); ++i) {
    if (landmarks_[i].vm == vm && !(landmarks_[i].at == events.front().pc)) excepted_[i] = false;
  }
  for (const Retire& event : events) {
    if (addresses_[slot(event.pc)]) passes(event.pc, vm, event.cycle, false);
    write_back(event);
  }
}

void LandmarkWatch::on(const Trap& event) {
  x_ = event.x;
  if (!event.is_interrupt()) passes(event.epc, vm_in(event.from), event.cycle, true);
}

void LandmarkWatch::on(const TrapReturn& event) { x_ = event.x; }

}  // namespace cyclevisor
