// A second instance of the RTL timer that repeats the first one's cycles with a delay.
#pragma once

#include <cstdint>
#include <deque>

#include "models/rtl_bridge/clock_observer.hpp"
#include "models/rtl_bridge/timer_rtl.hpp"

namespace cyclevisor {

/// Verilator writes a model's waves from its state at the moment of writing. By then the RTL timer
/// is ahead: the hart's events in the last cycle of a bus transfer, for example, are known only
/// after the transfer has left the pins. The shadow receives the pins of the original cycle by
/// cycle and is advanced when everything else about a cycle is known, so that both can be written
/// together.
///
/// The registers of both are compared at each change of the pins; a difference is a defect
/// (std::logic_error), because the original's registers may change only through its pins.
class RtlShadow final : public ClockObserver {
 public:
  /// `shadow_observer` sees the shadow's clock. Everything must outlive the shadow.
  RtlShadow(TimerRtl& original, unsigned prescale, WaveFormat format,
            ClockObserver& shadow_observer);

  /// The shadow's RTL, to be traced.
  TimerRtl& rtl() { return shadow_; }

  /// Follows the original from cycle `from` on; meanwhile each of its clock edges is evaluated.
  void start(Cycle from);
  void stop();
  bool follows() const { return follows_; }

  /// The first cycle that the original has not finished: how far the shadow may be advanced.
  Cycle known() const { return known_; }
  void advance_to(Cycle target);

  void half_cycle(Cycle cycle, bool clock_level) override;

 private:
  /// The original's pins changed in this cycle.
  struct Record {
    Cycle cycle;
    ApbRequest pins;
    std::uint64_t mtime = 0;
    std::uint64_t mtimecmp = 0;
    bool msip = false;
  };

  void join(const Record& record);
  void apply(const Record& record);

  TimerRtl& original_;
  TimerRtl shadow_;
  unsigned prescale_;
  ClockObserver& shadow_observer_;
  std::deque<Record> records_;
  ApbRequest last_pins_;
  Cycle known_;
  bool follows_ = false;
  bool recorded_ = false;  ///< at least one record since the start
  bool joined_ = false;    ///< the shadow has the original's state
};

}  // namespace cyclevisor
