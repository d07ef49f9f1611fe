// What each guest asked of its timer and what it got, derived from the events alone: a shadow of
// each guest's virtual hart, fed by the source that suits the VM (guest_source.hpp). Nothing here
// looks at the hypervisor's data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/guest_observer.hpp"
#include "platform/observe/guest/guest_shadow.hpp"
#include "platform/observe/guest/guest_source.hpp"
#include "platform/observe/guest/guest_state.hpp"
#include "platform/observe/guest/machine_clock.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"

namespace cyclevisor {

class GuestView : public Sink {
 public:
  /// `watch` must be attached to the stream before the view.
  GuestView(const ObservedPlatform& platform, const VmWatch& watch);
  GuestView(const GuestView&) = delete;
  GuestView& operator=(const GuestView&) = delete;

  void attach(GuestObserver& observer) { observers_.push_back(&observer); }

  void on(const Retire& event) override { pass(event); }
  void on(const Trap& event) override { pass(event); }
  void on(const TrapReturn& event) override { pass(event); }
  void on(const BusTransfer& event) override;
  Retirements wants() const override;

  /// The guest's shadow state; the VM must exist.
  const GuestState& state(unsigned vm) const;
  const MachineClock& clock() const { return clock_; }

 private:
  struct Guest {
    Guest(unsigned number, const GuestView& view, GuestSourceKind kind);
    GuestShadow shadow;
    std::unique_ptr<GuestSource> source;
  };

  /// Brings the shadows of guests whose mtime has wrapped up to `now`.
  void wrap(Cycle now);
  /// The guest whose VM the hart belongs to; null when there is none.
  const Guest* current() const;
  template <class Event>
  void pass(const Event& event) {
    if (event.cycle >= next_wrap_) wrap(event.cycle);
    if (const Guest* guest = current()) {
      guest->source->on(event);
      next_wrap_ = std::min(next_wrap_, guest->shadow.state().wrap);
    }
  }

  Arrangement arrangement_;
  const VmWatch& watch_;
  MachineClock clock_;
  std::vector<GuestObserver*> observers_;
  std::deque<Guest> guests_;
  Cycle next_wrap_ = Cycle::never();  ///< of any guest's mtime; may be too early
};

}  // namespace cyclevisor
