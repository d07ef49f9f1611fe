// The shadow of one guest's virtual hart: the state that the guest has set, and whether it is
// between the entry of a handler and its first instruction. A GuestSource feeds it; it reports to
// the observers.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/observe/guest/guest_observer.hpp"
#include "platform/observe/guest/guest_state.hpp"
#include "platform/observe/guest/machine_clock.hpp"
#include "platform/observe/guest/timer_map.hpp"

namespace cyclevisor {

class GuestShadow {
 public:
  /// The platform's `clock` and the list of observers outlive the shadow.
  GuestShadow(unsigned number, const MachineClock& clock,
              const std::vector<GuestObserver*>& observers)
      : number_(number), clock_(clock), observers_(observers) {}

  unsigned number() const { return number_; }
  const GuestState& state() const { return state_; }
  const MachineClock& clock() const { return clock_; }
  /// The guest has been entered at a vector and has not executed the first instruction there.
  bool at_vector() const { return at_vector_; }
  /// The address of that instruction.
  std::uint64_t first_pc() const { return first_pc_; }

  // --- The virtual hart's state. A changed timer enable is reported.

  template <class Change>
  void update(Cycle at, Change change) {
    const bool before = state_.enabled(GuestState::mti);
    change(state_);
    const bool after = state_.enabled(GuestState::mti);
    if (before == after) return;
    tell([&](GuestObserver& o) { o.timer_enable_changed(number_, at, after); });
  }
  void write_csr(unsigned csr, std::uint64_t value, Cycle at);
  /// mret: the state before the trap is back.
  void leave(Cycle at);

  // --- Traps into the guest's own handler.

  /// The hart itself took the trap to the guest's vector; `mcause` as for a guest in M-mode.
  void take_trap(std::uint64_t mcause, const Trap& event);
  /// `since`: the interrupt may have been chosen then or at any time up to `at`.
  void enter_interrupt(unsigned number, std::uint64_t epc, std::uint64_t target, Cycle since,
                       Cycle at);
  void enter_exception(std::uint64_t epc, std::uint64_t target, Cycle at);
  /// The same when the state is known already: the monitor has written it.
  void begin_exception(std::uint64_t target, Cycle at);
  /// The first instruction at the vector has been executed.
  void start_handler(Cycle at);

  // --- The virtual timer.

  /// A store to msip or mtimecmp.
  void store_timer(TimerLocation location, unsigned bytes, std::uint64_t value, Cycle at);
  /// A store to the guest's own mtime, which the platform's does not follow.
  void store_mtime(TimerLocation location, unsigned bytes, std::uint64_t value, Cycle at);
  /// That store took effect up to `ticks` later than `store_mtime` was given.
  void set_offset_slack(std::uint64_t ticks) { state_.offset_slack = ticks; }
  /// The stores since then have not taken place.
  void restore_timer(const GuestTimerRegisters& registers, Cycle at);
  /// The deadline from `at` on, from mtimecmp and the clock.
  void set_deadline(Cycle at);
  /// mtime has wrapped to 0, in the cycle `state().wrap`.
  void wrapped();
  /// An instruction that read the CSR `time`.
  void read_time(const Retire& event) const;

  template <class Report>
  void tell(Report report) const {
    for (GuestObserver* observer : observers_) report(*observer);
  }

 private:
  void set_at_vector(std::uint64_t target);

  unsigned number_;
  const MachineClock& clock_;
  const std::vector<GuestObserver*>& observers_;
  GuestState state_;
  bool at_vector_ = false;
  std::uint64_t first_pc_ = 0;
};

}  // namespace cyclevisor
