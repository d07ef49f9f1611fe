// Guests under a hypervisor that trap again and again and make no progress. That harms no other
// guest and breaks no rule of the oracle, but nobody would see it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "models/probe/trap_repetition.hpp"
#include "platform/observe/guest/guest_view.hpp"
#include "platform/observe/guest/vm_watch.hpp"

namespace cyclevisor {

/// A guest's own trap handler traps.
struct StuckGuest {
  unsigned vm = 0;
  std::uint64_t traps = 0;  ///< in a row, without a trap return of the guest
  Trap first;               ///< the trap with which it began
  Trap again;               ///< the one that repeats, as the hart took it
};

/// "1200 traps at 0x80000010, no progress: ...".
std::string text_of(const StuckGuest& stuck);

class StuckGuests : public Sink, public GuestObserver {
 public:
  /// So many exceptions of a guest repeat before it counts as stuck.
  static constexpr unsigned proof = 1000;
  using Callback = std::function<void()>;

  /// `view` and `watch` must be attached to the stream before.
  StuckGuests(const ObservedPlatform& platform, const VmWatch& watch, GuestView& view);

  /// `on_stuck` is called when another guest turns out to be stuck.
  void notify(Callback on_stuck) { on_stuck_ = std::move(on_stuck); }

  void on(const Trap& event) override;
  Retirements wants() const override { return Retirements::none; }
  void exception_entered(unsigned vm, Cycle at) override;
  void interrupt_entered(const GuestInterrupt& interrupt) override;
  void handler_returned(unsigned vm, Cycle at) override;
  void resumed(const GuestResume& resume) override;

  /// By number; a guest that has left its loop stays in the list.
  std::vector<StuckGuest> found() const;

 private:
  void count(unsigned vm);

  struct Guest {
    Trap last;             ///< of the hart
    bool counted = false;  ///< that trap
    TrapRepetition repetition;
    StuckGuest stuck;
  };

  const Arrangement arrangement_;
  const VmWatch& watch_;
  Callback on_stuck_;
  std::map<unsigned, Guest> guests_;
};

}  // namespace cyclevisor
