// Replays the events of an RTL timer on another instance.
#pragma once

#include "models/probe/event_stream.hpp"
#include "models/rtl_bridge/timer_rtl.hpp"

namespace cyclevisor {

/// Drives the pins of a fresh timer with the APB transfers of a recorded run and clocks it up to
/// the last event. Attach it before any sink that reads the timer.
class RtlReplay : public Sink {
 public:
  /// `timer` must outlive the replay.
  explicit RtlReplay(TimerRtl& timer) : timer_(timer) {}

  void on(const Retire& event) override { pass(event.cycle); }
  void on(const Trap& event) override { pass(event.cycle); }
  void on(const Idle& event) override { pass(event.until); }
  void on(const BusRequest& event) override;
  void on(const ApbTransfer& event) override;
  void on(const BusTransfer& event) override;
  void on(const InterruptLine& event) override;

  /// False when the timer's answers differ from the recorded ones: its RTL is another.
  bool faithful() const { return faithful_; }

 private:
  void pass(Cycle cycle);

  TimerRtl& timer_;
  bool transfers_ = false;  ///< the pins are about to be driven: only transfers move the clock
  bool pair_ = false;       ///< two transfers make one 64-bit access
  bool faithful_ = true;
};

}  // namespace cyclevisor
