#include "platform/observe/checks/stuck_guests.hpp"

#include <fmt/format.h>

#include "platform/observe/latency/trap_statistics.hpp"

namespace cyclevisor {

std::string text_of(const StuckGuest& stuck) {
  const Trap& again = stuck.again;
  const Trap& first = stuck.first;
  std::string text = fmt::format("{} traps at {:#x}, no progress: {} with mtval {:#x}", stuck.traps,
                                 again.epc.value, cause_name(again.cause), again.tval);
  if (first.cycle != again.cycle) {
    text += fmt::format("; the first was {} at {:#x} with mtval {:#x}, in cycle {}",
                        cause_name(first.cause), first.epc.value, first.tval, first.cycle.value);
  }
  return text;
}

StuckGuests::StuckGuests(const ObservedPlatform& platform, const VmWatch& watch, GuestView& view)
    : arrangement_(platform.arrangement), watch_(watch) {
  if (!arrangement_.hypervised()) return;
  for (const ObservedVm& vm : platform.vms) guests_[vm.number].stuck.vm = vm.number;
  view.attach(*this);
}

void StuckGuests::on(const Trap& event) {
  if (!arrangement_.hypervised() || !arrangement_.leaves_guest(event)) return;
  const auto guest = guests_.find(watch_.current());
  if (guest == guests_.end()) return;
  guest->second.last = event;
  guest->second.counted = false;
}

void StuckGuests::exception_entered(unsigned vm, Cycle) { count(vm); }

/// A handler whose first instruction faults looks like an access that is tried again; neither makes
/// progress.
void StuckGuests::resumed(const GuestResume& resume) {
  if (!resume.executed && resume.target == guests_.at(resume.vm).last.epc.value) count(resume.vm);
}

void StuckGuests::count(unsigned vm) {
  Guest& guest = guests_.at(vm);
  if (guest.counted) return;
  guest.counted = true;
  const unsigned repeated = guest.repetition.add(guest.last);
  if (repeated < proof) return;
  const bool is_new = guest.stuck.traps == 0;
  guest.stuck.traps = repeated;
  guest.stuck.again = guest.repetition.last();
  if (!is_new) return;
  guest.stuck.first = guest.repetition.first();
  if (on_stuck_) on_stuck_();
}

void StuckGuests::interrupt_entered(const GuestInterrupt& interrupt) {
  guests_.at(interrupt.vm).repetition.forget();
}

void StuckGuests::handler_returned(unsigned vm, Cycle) { guests_.at(vm).repetition.forget(); }

std::vector<StuckGuest> StuckGuests::found() const {
  std::vector<StuckGuest> found;
  for (const auto& [number, guest] : guests_) {
    if (guest.stuck.traps != 0) found.push_back(guest.stuck);
  }
  return found;
}

}  // namespace cyclevisor
