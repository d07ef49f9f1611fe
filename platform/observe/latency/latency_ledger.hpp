// The cycles between a guest's deadline and its handler, by phase and by cause.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/guest_view.hpp"
#include "platform/observe/guest/hypervisor_stage.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/latency/cycle_account.hpp"

namespace cyclevisor {

/// The parts of one timer interrupt, in order; each begins where the one before ends. The first
/// begins at the deadline.
enum class Phase : std::uint8_t {
  line,     ///< until the interrupt line rises; 0 when it was high or the hypervisor executed
  trap,     ///< until the hart takes a trap
  deliver,  ///< until the guest is entered at its vector (natively the trap itself: 0)
  handler,  ///< until the handler's first instruction has been executed
  rearm,    ///< until its last store to mtimecmp has been executed; 0 when there is none
  ret,      ///< until its mret has been executed
};
inline constexpr std::size_t phase_count = 6;
inline constexpr std::array<const char*, phase_count> phase_names = {"line",    "trap",  "deliver",
                                                                     "handler", "rearm", "return"};

/// The parts of the phase `deliver`, which add up to it exactly: first the stages of the
/// hypervisor, on any VM's behalf, then the others.
enum class DeliveryPart : std::uint8_t {
  guest = stage_count,  ///< the VM's own code: it kept the interrupt masked
  others,               ///< other guests' code
  idle,                 ///< WFI
};
inline constexpr std::size_t delivery_part_count = stage_count + 3;
/// "entry", ..., "other", "guest", "others", "idle".
const char* delivery_part_name(std::size_t part);

/// Why the handler did not begin on the direct path, and for how many cycles. The direct path is
/// trap, hypervisor, guest; without any of these waits the interrupt was in time. The rest of a
/// latency is the direct path.
enum class Wait : std::uint8_t {
  masked,       ///< the guest ran, trapped or was entered with its timer interrupt disabled
  not_running,  ///< other guests ran, or the hypervisor for them
  hypervisor,   ///< it was handling something else
  bus,          ///< the hart was in a device access that cannot be interrupted
};
inline constexpr std::size_t wait_count = 4;
inline constexpr std::array<const char*, wait_count> wait_names = {"masked", "not_running",
                                                                   "hypervisor", "bus"};
constexpr std::size_t wait_index(Wait wait) { return static_cast<std::size_t>(wait); }
using Waits = std::array<std::uint64_t, wait_count>;

/// The VMs that had the hart while another one was not running: cycles by number. They add up to
/// that wait.
using Ran = std::map<unsigned, std::uint64_t>;

/// One delivered timer interrupt. Everything in CPU clock cycles.
struct LatencySample {
  unsigned vm = 0;
  Cycle deadline;  ///< first cycle with mtime >= mtimecmp, or of the store when that came later
  /// Cycles for which the deadline had already passed when the guest stored it.
  std::uint64_t overdue = 0;
  std::array<std::uint64_t, phase_count> phases{};
  std::array<std::uint64_t, delivery_part_count> delivery{};
  Waits waits{};
  Ran ran;
  std::uint64_t total = 0;  ///< sum of the phases: deadline to mret

  /// Deadline to the handler's first instruction: the interrupt latency.
  std::uint64_t latency() const { return phases[0] + phases[1] + phases[2] + phases[3]; }
};

/// A deadline that passed without its interrupt being delivered.
struct UndeliveredInterrupt {
  enum class Outcome : std::uint8_t {
    cancelled,  ///< the guest stored a deadline in the future
    coalesced,  ///< the guest stored another one that had passed too: one interrupt serves both
    pending,    ///< the run ended
  };
  unsigned vm = 0;
  Cycle deadline;
  Cycle until;  ///< of the store, or the end of the run
  Outcome outcome = Outcome::pending;
  Waits waits{};
  Ran ran;
};
inline constexpr std::size_t outcome_count = 3;
inline constexpr std::array<const char*, outcome_count> outcome_names = {"cancelled", "coalesced",
                                                                         "pending"};

/// Collects a sample for each timer interrupt whose handler has returned. A second delivery for the
/// same deadline (the guest returned without rearming) is not a sample: it has no deadline of its
/// own. Deadlines whose interrupt never came are listed with the reason.
class LatencyLedger : public Sink, public GuestObserver {
 public:
  /// Observes `view`; both it and `account` must be attached to the stream before the ledger.
  LatencyLedger(const ObservedPlatform& platform, CycleAccount& account, GuestView& view);

  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const BusTransfer& event) override;
  void on(const Idle& event) override;
  void on(const InterruptLine& event) override;
  Retirements wants() const override { return Retirements::none; }
  /// The run is over. Call once.
  void finish(Cycle end);

  void timer_enable_changed(unsigned vm, Cycle at, bool enabled) override;
  void deadline_changed(unsigned vm, Cycle at, Cycle deadline) override;
  void interrupt_entered(const GuestInterrupt& interrupt) override;
  void exception_entered(unsigned vm, Cycle at) override;
  void handler_started(unsigned number, Cycle at) override;
  void cause_read(unsigned vm, Cycle at, std::uint64_t mcause) override;
  void timer_access(const GuestTimerAccess& access) override;
  void handler_returned(unsigned vm, Cycle at) override;

  /// In the order in which the handlers returned.
  const std::vector<LatencySample>& samples() const { return samples_; }
  /// Timer interrupts delivered to this VM, samples or not.
  std::uint64_t delivered(unsigned vm) const;
  /// In order; at most `kept_undelivered` of each VM.
  const std::vector<UndeliveredInterrupt>& undelivered() const { return undelivered_; }
  static constexpr std::size_t kept_undelivered = 1000;
  /// All of this VM, by outcome.
  std::array<std::uint64_t, outcome_count> undelivered_count(unsigned vm) const;

  /// latency.json (docs/latency.schema.json).
  void write_json(std::ostream& out) const;

 private:
  /// A handler that has been entered and has not returned.
  struct Handler {
    bool timer = false;   ///< a timer interrupt, as far as is known
    bool sample = false;  ///< the first delivery of its deadline
    bool started = false;
    std::uint64_t underway = 0;  ///< the hypervisor's cycles since the last trap, not yet started
    LatencySample partial;
    std::array<Cycle, phase_count> stamps{};  ///< end of each phase
  };
  struct Vm {
    unsigned number = 0;
    bool enabled = false;
    Cycle deadline = Cycle::never();
    std::uint64_t overdue = 0;
    Cycle line = Cycle::never();  ///< when the line rose for this deadline; never() = not yet
    Cycle trap = Cycle::never();
    bool in_hypervisor = false;    ///< it was executing at the deadline...
    bool busy = false;             ///< ...and still is
    CycleAccount::Moment at_trap;  ///< unless `in_hypervisor`: then it is what was marked
    Cycle counted;                 ///< `waits` is right up to here
    std::uint64_t underway = 0;    ///< the hypervisor's cycles since the last trap
    Waits waits{};
    Ran ran;
    bool delivered = false;
    std::uint64_t deliveries = 0;
    std::array<std::uint64_t, outcome_count> undelivered{};
    std::vector<Handler> handlers;  ///< innermost last
  };

  Vm* find(unsigned number);
  Handler* innermost(unsigned vm);
  void notice_deadlines(Cycle now);
  /// The handler that has been entered for a deadline and has not executed an instruction.
  static Handler* at_vector(Vm& vm);
  void count(Vm& vm, Cycle now);
  void count_to_vector(Vm& vm, Cycle now);
  void count_to_handler(const Vm& vm, Handler& handler, Cycle now) const;
  void end_passage(Vm& vm);
  void end_wait_for_handler(Vm& vm, Cycle at);
  void fill_delivery(const Vm& vm, LatencySample& sample) const;
  void give_up(Vm& vm, Cycle at, UndeliveredInterrupt::Outcome outcome);
  void complete(Handler& handler, Cycle at);

  ObservedPlatform platform_;
  CycleAccount& account_;
  const GuestView& view_;
  std::vector<Vm> vms_;
  std::vector<LatencySample> samples_;
  std::vector<UndeliveredInterrupt> undelivered_;
  unsigned owner_ = 0;  ///< VM that runs, or that the hypervisor serves
  bool guest_runs_ = false;
  bool line_high_ = false;
};

/// Minimum, median, 99th and 99.9th percentile (nearest rank), maximum and sum of a set of numbers.
struct Distribution {
  std::size_t count = 0;
  std::uint64_t min = 0, median = 0, p99 = 0, p999 = 0, max = 0;
  std::uint64_t sum = 0;
};
Distribution distribution(std::vector<std::uint64_t> values);

}  // namespace cyclevisor
