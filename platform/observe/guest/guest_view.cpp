#include "platform/observe/guest/guest_view.hpp"

#include <algorithm>
#include <stdexcept>

namespace cyclevisor {
namespace {

template <class Guests>
auto find_in(Guests& guests, unsigned number) {
  const auto found = std::find_if(guests.begin(), guests.end(), [number](const auto& guest) {
    return guest.shadow.number() == number;
  });
  return found == guests.end() ? nullptr : &*found;
}

}  // namespace

GuestView::Guest::Guest(unsigned number, const GuestView& view, GuestSourceKind kind)
    : shadow(number, view.clock_, view.observers_),
      source(make_guest_source(kind, shadow, view.arrangement_)) {}

GuestView::GuestView(const ObservedPlatform& platform, const VmWatch& watch)
    : arrangement_(platform.arrangement), watch_(watch), clock_(platform.prescale) {
  for (const ObservedVm& vm : platform.vms) {
    guests_.emplace_back(vm.number, *this, vm.source.value_or(arrangement_.source));
  }
}

const GuestView::Guest* GuestView::current() const { return find_in(guests_, watch_.current()); }

const GuestState& GuestView::state(unsigned vm) const {
  if (const Guest* guest = find_in(guests_, vm)) return guest->shadow.state();
  throw std::out_of_range("no VM with this number");
}

void GuestView::on(const BusTransfer& event) {
  pass(event);
  if (!event.write || event.error) return;
  const auto location = timer_location(event.address.value, event.bytes);
  if (!location || location->reg != GuestTimerRegister::mtime) return;
  // The register has the new value in the cycle after the transfer's last one.
  const Cycle at = event.end + Cycle(1);
  clock_.write(at, replace_bytes(clock_.mtime(at), location->offset, event.bytes, event.data));
  for (Guest& guest : guests_) {
    guest.shadow.set_deadline(at);
    next_wrap_ = std::min(next_wrap_, guest.shadow.state().wrap);
  }
}

void GuestView::wrap(Cycle now) {
  next_wrap_ = Cycle::never();
  for (Guest& guest : guests_) {
    while (guest.shadow.state().wrap <= now) guest.shadow.wrapped();
    next_wrap_ = std::min(next_wrap_, guest.shadow.state().wrap);
  }
}

Retirements GuestView::wants() const {
  const Guest* guest = current();
  return guest == nullptr ? Retirements::none : guest->source->wants(watch_.mode());
}

}  // namespace cyclevisor
