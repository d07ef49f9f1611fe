// Checks on every run that each guest got from its timer what it asked for, and nothing of another
// guest. The rules are described in docs/oracle.md.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/guest_view.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"

namespace cyclevisor {

/// A rule was broken.
struct Violation {
  std::string rule;  ///< kebab-case, as in docs/oracle.md
  Cycle cycle;
  unsigned vm = 0;
  std::string text;
};

/// The rules of docs/oracle.md that need no bound from the scenario.
inline constexpr std::array<std::string_view, 18> oracle_rules = {
    "no-early-interrupt",  "no-spurious-interrupt",       "no-lost-interrupt",
    "delivered-within-bound", "mtimecmp-reads-back",      "mtime-monotonic",
    "mtime-follows-clock", "no-access-outside-partition", "trap-answered",
    "registers-preserved", "resumes-in-place",            "no-guest-memory-change",
    "dma-inside-partition", "guest-progress",             "console-isolation",
    "csr-reads-back",      "mip-follows-timer",           "mcause-names-trap"};

/// How a run ended.
enum class RunEnd : std::uint8_t {
  stopped,   ///< finished, or stopped from outside
  deadlock,  ///< the hart waits in WFI and no event will ever wake it
};

/// What "in time" means to the oracle. Cycles of the CPU clock, with main memory that has no wait
/// states; `waiting` adds these.
struct OracleBounds {
  /// How long a guest may execute with its timer interrupt pending and enabled. Hardware needs a
  /// few cycles, plus one device access that cannot be interrupted.
  std::uint64_t unnoticed = 1000;
  /// The same, when the guest then withdraws the request by storing mtimecmp: shorter, since the
  /// interrupt will not be delivered any more.
  std::uint64_t overwritten = 64;
  /// One passage through the hypervisor or the firmware: from the trap to the return, or to WFI.
  std::uint64_t answer = 100'000;

  /// The same where wait states can add `memory_wait` cycles to an instruction.
  OracleBounds waiting(std::uint64_t memory_wait) const;
};

class Oracle : public Sink, public GuestObserver {
 public:
  /// Observes `view`; both it and `watch` must be attached to the stream before the oracle.
  Oracle(const ObservedPlatform& platform, const VmWatch& watch, GuestView& view,
         OracleBounds bounds = {});

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const AddressSpace& event) override;
  void on(const Idle& event) override;
  void on(const BusTransfer& event) override;
  void on_plain(RetireSpan events) override;
  /// The physical addresses of all accesses of a guest under the hypervisor.
  Retirements wants() const override {
    return platform_.arrangement.hypervised() ? Retirements::all : Retirements::none;
  }

  void timer_access(const GuestTimerAccess& access) override;
  void time_read(const GuestTimeRead& read) override;
  void deadline_changed(unsigned vm, Cycle at, Cycle deadline) override;
  void timer_enable_changed(unsigned vm, Cycle at, bool enabled) override;
  void sleep_changed(unsigned vm, Cycle at, bool asleep) override;
  void interrupt_entered(const GuestInterrupt& interrupt) override;
  void cause_read(unsigned vm, Cycle at, std::uint64_t mcause) override;
  void handler_returned(unsigned vm, Cycle at) override;

  /// The run is over: checks the interrupts still owed. Call once.
  void finish(Cycle end, RunEnd how = RunEnd::stopped);

  /// Adds a violation of a rule that is checked elsewhere.
  void report(Violation violation);

  /// In the order found; at most `kept_per_rule` of each rule and VM.
  const std::vector<Violation>& violations() const { return violations_; }
  /// All, also those not kept.
  std::uint64_t violation_count() const { return violation_count_; }
  static constexpr std::size_t kept_per_rule = 20;

 private:
  struct Vm {
    unsigned number = 0;
    PhysicalAddress first;  ///< partition
    std::uint64_t bytes = 0;
    Cycle deadline = Cycle::never();
    bool enabled = false;
    bool runs = false;
    bool wakeable = false;      ///< in wfi with mie.MTIE set: wakes whether or not MIE is set
    Cycle counted;              ///< `exposed` is right up to here
    std::uint64_t exposed = 0;  ///< cycles run with the interrupt pending and enabled
    std::uint64_t excused = 0;  ///< of these, in device accesses, which cannot be interrupted
    Cycle owed_since = Cycle::never();  ///< pending and enabled since
    bool reported = false;              ///< lost, already reported for this deadline
    bool suspect = false;               ///< entered with nothing expired; mcause not yet read
    bool suspect_timer = false;         ///< and it looked like a timer interrupt
    Violation suspicion;
    std::optional<std::uint64_t> last_mtime;
  };

  Vm* find(unsigned number);
  void count(Vm& vm, Cycle now);
  void settle(Vm& vm, Cycle now);
  static std::uint64_t unexcused(const Vm& vm) {
    return vm.exposed - std::min(vm.exposed, vm.excused);
  }
  void confirm(Vm& vm);
  void check_end(Vm& vm, Cycle end);
  void answered(Cycle now);
  std::uint64_t delivery_bound(Cycle now) const;
  static bool owns(const Vm& vm, PhysicalAddress physical, unsigned bytes);
  void check_instruction(const Vm& vm, const Retire& event);
  void report_stray(const Vm& vm, Cycle cycle, VirtualAddress address, PhysicalAddress physical,
                    unsigned bytes, const char* what);

  ObservedPlatform platform_;
  const VmWatch& watch_;
  const GuestView& view_;
  OracleBounds bounds_;
  std::vector<Vm> vms_;
  Vm* current_ = nullptr;             ///< whose address space is in satp
  Cycle trapped_ = Cycle::never();    ///< a guest's trap that has not been answered; never: none
  std::uint64_t longest_answer_ = 0;  ///< W of docs/hypervisor.md, as seen so far
  std::vector<Violation> violations_;
  std::uint64_t violation_count_ = 0;
};

}  // namespace cyclevisor
