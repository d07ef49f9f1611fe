// What each guest asked of its timer and what it got, derived from the events alone: natively from
// retired instructions, under the hypervisor from the traps that the same instructions cause.
// Nothing here looks at the hypervisor's data. A guest in S-mode is shown one privilege level up:
// its set_timer call or store of stimecmp as a store of mtimecmp, sret as mret.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/guest_state.hpp"
#include "platform/observe/guest/machine_clock.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/timer_map.hpp"
#include "platform/observe/guest/trapped_instruction.hpp"
#include "platform/observe/guest/vm_watch.hpp"

namespace cyclevisor {

/// A guest loaded from or stored to a register of its timer.
struct GuestTimerAccess {
  unsigned vm = 0;
  Cycle cycle;  ///< the guest executed the instruction (it trapped or retired)
  Cycle done;   ///< the guest could go on
  GuestTimerRegister reg = GuestTimerRegister::mtimecmp;
  unsigned offset = 0;  ///< first byte within the register: 4 = high half
  unsigned bytes = 0;
  bool store = false;
  std::uint64_t value = 0;     ///< stored, or as it stands in rd after a load
  std::uint64_t expected = 0;  ///< of a load of mtimecmp or msip: what rd must hold
  bool writes_rd = true;       ///< of a load: rd is not x0, `value` is known
};

/// The guest read `time` (a CSR) or `mtime`.
struct GuestTimeRead {
  unsigned vm = 0;
  Cycle cycle;          ///< executed
  Cycle done;           ///< rd had the value
  unsigned offset = 0;  ///< 4: only the high half was read
  unsigned bytes = 8;
  std::uint64_t value = 0;  ///< zero-extended
  std::uint64_t first = 0;  ///< the guest's 64-bit mtime in `cycle`...
  std::uint64_t last = 0;   ///< ...and in `done`: what it may have read
};

/// Under the hypervisor: the guest read a CSR of which the events tell what it must show.
struct GuestCsrRead {
  unsigned vm = 0;
  Cycle cycle;  ///< executed
  Cycle done;   ///< rd had the value
  unsigned csr = 0;
  std::uint64_t value = 0;
  std::uint64_t known = 0;     ///< the bits that are known...
  std::uint64_t expected = 0;  ///< ...must be these
};

/// The guest was entered at its own trap vector because of an interrupt.
struct GuestInterrupt {
  unsigned vm = 0;
  Cycle cycle;  ///< entered (natively: trap taken)
  /// The interrupt's number in mcause. In vectored mode the vector tells; in direct mode it is
  /// inferred from what is pending and enabled, and only the guest's own read of mcause is proof.
  unsigned number = 0;
  Cycle deadline;        ///< of the guest's timer as it stands
  bool expired = false;  ///< the deadline has been reached in `cycle`
};

/// The hypervisor went back to a guest that had trapped into it.
struct GuestResume {
  unsigned vm = 0;
  Cycle trapped;
  Cycle cycle;                               ///< back in the guest
  const IntegerRegisters* before = nullptr;  ///< at the trap
  const IntegerRegisters* after = nullptr;
  unsigned rd = 0;  ///< the register that the emulated instruction wrote; 0: none
  std::uint64_t target = 0;
  /// `target` is where the guest may go on: behind the instruction or at it, where its mret leads,
  /// or at its vector.
  bool expected = true;
};

/// Receives what a GuestView finds out. All calls for one event come before the next event.
class GuestObserver {
 public:
  virtual ~GuestObserver() = default;
  /// A load or store of mtimecmp or msip, or a store of mtime, has completed.
  virtual void timer_access(const GuestTimerAccess&) {}
  virtual void time_read(const GuestTimeRead&) {}
  virtual void csr_read(const GuestCsrRead&) {}
  /// Whether the guest would take a timer interrupt if one were pending (mstatus.MIE, its mode and
  /// mie.MTIE) changed.
  virtual void timer_enable_changed(unsigned /*vm*/, Cycle /*at*/, bool /*enabled*/) {}
  /// The deadline of the VM's timer changed: never() when mtimecmp is out of reach.
  virtual void deadline_changed(unsigned /*vm*/, Cycle /*at*/, Cycle /*deadline*/) {}
  virtual void interrupt_entered(const GuestInterrupt&) {}
  /// The guest was entered at its vector because of an exception.
  virtual void exception_entered(unsigned /*vm*/, Cycle /*at*/) {}
  /// The first instruction at a vector has been executed (retired, or emulated to its end).
  virtual void handler_started(unsigned /*vm*/, Cycle /*at*/) {}
  /// The guest read its mcause.
  virtual void cause_read(unsigned /*vm*/, Cycle /*at*/, std::uint64_t /*mcause*/) {}
  /// The guest sleeps in wfi (under the hypervisor: it trapped, and is entered again when it
  /// wakes).
  virtual void sleep_changed(unsigned /*vm*/, Cycle /*at*/, bool /*asleep*/) {}
  /// Under the hypervisor: a guest goes on after a trap. Comes after what the trap led to.
  virtual void resumed(const GuestResume&) {}
  /// The guest's mret was executed.
  virtual void handler_returned(unsigned /*vm*/, Cycle /*at*/) {}
};

class GuestView : public Sink {
 public:
  /// `watch` must be attached to the stream before the view.
  GuestView(const ObservedPlatform& platform, const VmWatch& watch);

  void attach(GuestObserver& observer) { observers_.push_back(&observer); }

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const BusTransfer& event) override;
  /// Plain instructions only to see the first one of a handler.
  Retirements wants() const override;

  /// The guest's shadow state; the VM must exist.
  const GuestState& state(unsigned vm) const;
  const MachineClock& clock() const { return clock_; }

 private:
  struct PendingTrap {
    Cycle cycle;
    std::uint64_t epc = 0;
    IntegerRegisters x{};
    TrappedInstruction instruction;
    std::optional<TimerPlace> place;  ///< of a load or store in the timer's page
    bool completes = false;           ///< the virtual hart must execute it: no exception can follow
    bool applied = false;             ///< its effect is in the shadow already
    std::uint64_t resume = 0;
    std::uint64_t expected = 0;
  };
  struct Guest {
    unsigned number = 0;
    GuestState state;
    std::optional<PendingTrap> pending;
    bool entered = false;        ///< at a vector, whose first instruction has not been executed
    std::uint64_t first_pc = 0;  ///< that instruction
    /// Its mcause, which bits of it are known, and whether its mepc is.
    std::uint64_t mcause = 0;
    std::uint64_t mcause_known = 0;
    bool mepc_known = false;
  };

  Guest* find(unsigned number);
  /// The guest whose instructions retire; null when there is none.
  const Guest* running() const;

  void native_retire(Guest& guest, const Retire& event);
  void native_csr(Guest& guest, const Retire& event);
  void native_time_read(const Guest& guest, const Retire& event);
  void native_timer_access(Guest& guest, const Retire& event);

  void supervisor_retire(Guest& guest, const Retire& event);
  void supervisor_trap(Guest& guest, const Trap& event);
  void supervisor_return(Guest& guest, const TrapReturn& event);
  void supervisor_set_timer(Guest& guest, std::uint64_t value, Cycle at);
  void supervisor_tell_timer(const Guest& guest, Cycle at, Cycle done);

  void examine(const Guest& guest, const Trap& event, PendingTrap& pending) const;
  void apply(Guest& guest, PendingTrap& pending);
  void complete(Guest& guest, PendingTrap& pending, const TrapReturn& event);
  void report_time_read(const Guest& guest, const PendingTrap& pending, const TrapReturn& event,
                        unsigned offset, unsigned bytes);
  void report_csr_read(Guest& guest, const PendingTrap& pending, const TrapReturn& event);
  void expect_mip(const Guest& guest, GuestCsrRead& read) const;
  static void expect_cause(Guest& guest, const PendingTrap& pending,
                           std::optional<unsigned> interrupt, Cycle at);
  void report_result(Guest& guest, const PendingTrap& pending, const TrapReturn& event);
  /// The number of the interrupt that explains an entry at `target`; nothing when it is none.
  std::optional<unsigned> entered_by(const Guest& guest, const PendingTrap& pending,
                                     std::uint64_t target, Cycle at) const;

  /// The hart took a trap to the guest's own vector; `mcause` as for a guest in M-mode.
  void enter(Guest& guest, std::uint64_t mcause, const Trap& event);
  void enter_interrupt(Guest& guest, unsigned number, std::uint64_t epc, std::uint64_t target,
                       Cycle at);
  void enter_exception(Guest& guest, std::uint64_t epc, std::uint64_t target, Cycle at);
  void start_handler(Guest& guest, Cycle at);
  void store_timer(Guest& guest, TimerPlace place, unsigned bytes, std::uint64_t value, Cycle at);
  void set_deadline(Guest& guest, Cycle at);
  /// Runs `change` on the guest's state and reports a changed enable.
  template <class Change>
  void update(Guest& guest, Cycle at, Change change) {
    const bool before = guest.state.enabled(GuestState::mti);
    change(guest.state);
    const bool after = guest.state.enabled(GuestState::mti);
    if (before == after) return;
    tell([&](GuestObserver& o) { o.timer_enable_changed(guest.number, at, after); });
  }
  template <class Report>
  void tell(Report report) {
    for (GuestObserver* observer : observers_) report(*observer);
  }

  ObservedPlatform platform_;
  const VmWatch& watch_;
  MachineClock clock_;
  std::vector<Guest> guests_;
  std::vector<GuestObserver*> observers_;
  Cycle bus_began_;  ///< the last device access of the hart
};

}  // namespace cyclevisor
