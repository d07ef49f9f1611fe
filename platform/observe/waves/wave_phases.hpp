// Each guest's virtual timer interrupt as signals: whether it is pending, and its phase.
#pragma once

#include <functional>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/guest_view.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/waves/wave_signals.hpp"

namespace cyclevisor {

/// What a VM's timer interrupt waits for; named as the phases of the latency ledger. `rearm` ends
/// with the handler's first store to mtimecmp, which in the ledger is its last.
enum class WavePhase : std::uint8_t { none, line, trap, deliver, handler, rearm, ret };

/// Follows the guests and reports each change of a signal with its cycle.
class WavePhases : public GuestObserver {
 public:
  using Change = std::function<void(Cycle, std::size_t row, std::uint64_t value)>;

  /// Observes `view`, which must be attached to the stream before the caller of passed() and on().
  WavePhases(const ObservedPlatform& platform, GuestView& view, Change change);

  /// All events before `cycle` have been published: reports the deadlines that have passed.
  void passed(Cycle cycle);
  void on(const Trap& event);
  void on(const TrapReturn& event);
  void on(const InterruptLine& event);

  void deadline_changed(unsigned vm, Cycle at, Cycle deadline) override;
  void interrupt_entered(const GuestInterrupt& interrupt) override;
  void handler_started(unsigned vm, Cycle at) override;
  void timer_access(const GuestTimerAccess& access) override;
  void handler_returned(unsigned vm, Cycle at) override;

 private:
  struct Vm {
    unsigned number = 0;
    Cycle deadline = Cycle::never();  ///< that has not been reported
    WavePhase phase = WavePhase::none;
  };

  std::size_t find(unsigned number) const;
  void enter(std::size_t vm, Cycle at, WavePhase phase);

  Arrangement arrangement_;
  Change change_;
  std::vector<Vm> vms_;  // as ObservedPlatform::vms
  bool guest_runs_ = false;
  bool line_high_ = false;
};

}  // namespace cyclevisor
