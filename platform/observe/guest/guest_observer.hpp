// What a guest asked of its virtual hart and its timer, and what it got.
#pragma once

#include <cstdint>

#include "models/probe/events.hpp"
#include "platform/observe/guest/timer_map.hpp"

namespace cyclevisor {

/// A guest loaded from or stored to a register of its timer.
struct GuestTimerAccess {
  unsigned vm = 0;
  Cycle cycle;  ///< the guest executed the instruction (it trapped or retired)
  Cycle done;   ///< the guest could continue
  GuestTimerRegister reg = GuestTimerRegister::mtimecmp;
  unsigned offset = 0;  ///< first byte within the register: 4 = high half
  unsigned bytes = 0;
  bool store = false;
  std::uint64_t value = 0;     ///< stored, or in rd after a load
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

/// Under the hypervisor: the guest read a CSR whose value, or part of it, follows from the events.
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
  /// The interrupt's number in mcause. In vectored mode the vector shows it; in direct mode it is
  /// inferred from what is pending and enabled, and only the guest's own read of mcause is proof.
  unsigned number = 0;
  Cycle deadline;        ///< of the guest's timer as it stands
  bool expired = false;  ///< the deadline has been reached in `cycle`
};

/// The hypervisor returned to a guest that had trapped.
struct GuestResume {
  unsigned vm = 0;
  Cycle trapped;
  Cycle cycle;                               ///< back in the guest
  const IntegerRegisters* before = nullptr;  ///< at the trap
  const IntegerRegisters* after = nullptr;
  bool executed = false;  ///< the trapped instruction took effect, as far as can be known
  unsigned rd = 0;        ///< the register that it wrote; 0: none
  std::uint64_t target = 0;
  /// `target` is a legal resume address: behind the instruction or at it, the target of its mret,
  /// or its vector.
  bool expected = true;
};

/// Receives the findings of a GuestView. All calls for one event come before the next event.
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
  /// Under the hypervisor: a guest resumes after a trap. Comes after the effects of the trap.
  virtual void resumed(const GuestResume&) {}
  /// The guest's mret was executed.
  virtual void handler_returned(unsigned /*vm*/, Cycle /*at*/) {}
};

}  // namespace cyclevisor
