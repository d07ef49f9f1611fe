// Where the cycles between a guest's deadline and its handler go.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest_view.hpp"
#include "platform/observe/observed.hpp"

namespace cyclevisor {

/// The parts of one timer interrupt, in order; each begins where the one before ends. The first
/// begins at the deadline.
enum class Phase : std::uint8_t {
  line,     ///< until the interrupt line rises; 0 when it was high or the hypervisor at work
  trap,     ///< until the hart takes a trap
  deliver,  ///< until the guest is entered at its vector (natively the trap itself: 0)
  handler,  ///< until the handler's first instruction has been executed
  rearm,    ///< until its last store to mtimecmp has been executed; 0 when there is none
  ret,      ///< until its mret has been executed
};
inline constexpr std::size_t phase_count = 6;
inline constexpr std::array<const char*, phase_count> phase_names = {"line",    "trap",  "deliver",
                                                                     "handler", "rearm", "return"};

/// One delivered timer interrupt. Everything in CPU clock cycles.
struct LatencySample {
  unsigned vm = 0;
  Cycle deadline;  ///< first cycle with mtime >= mtimecmp, or of the store when that came later
  std::array<std::uint64_t, phase_count> phases{};
  std::uint64_t total = 0;  ///< sum of the phases: deadline to mret

  /// Deadline to the handler's first instruction: the interrupt latency.
  std::uint64_t latency() const { return phases[0] + phases[1] + phases[2] + phases[3]; }
};

/// Collects a sample for each timer interrupt whose handler has returned. A second delivery for the
/// same deadline (the guest returned without rearming) is not a sample: it has no deadline of its
/// own.
class LatencyLedger : public Sink, public GuestObserver {
 public:
  /// Observes `view`, which must be attached to the stream before the ledger.
  LatencyLedger(const ObservedPlatform& platform, GuestView& view);

  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const InterruptLine& event) override;

  void deadline_changed(unsigned vm, Cycle at, Cycle deadline) override;
  void interrupt_entered(const GuestInterrupt& interrupt) override;
  void exception_entered(unsigned vm, Cycle at) override;
  void handler_started(unsigned vm, Cycle at) override;
  void cause_read(unsigned vm, Cycle at, std::uint64_t mcause) override;
  void timer_access(const GuestTimerAccess& access) override;
  void handler_returned(unsigned vm, Cycle at) override;

  /// In the order in which the handlers returned.
  const std::vector<LatencySample>& samples() const { return samples_; }
  /// Timer interrupts delivered to this VM, samples or not.
  std::uint64_t delivered(unsigned vm) const;

  /// latency.json: `unit`, `clock_hz`, `vms` and `samples`, one line a sample.
  void write_json(std::ostream& out) const;

 private:
  /// A handler that has been entered and has not returned.
  struct Handler {
    bool timer = false;   ///< a timer interrupt, as far as is known
    bool sample = false;  ///< the first delivery of its deadline
    bool started = false;
    LatencySample partial;
    std::array<Cycle, phase_count> stamps{};  ///< end of each phase
  };
  struct Vm {
    unsigned number = 0;
    Cycle deadline = Cycle::never();
    Cycle line = Cycle::never();  ///< when the line rose for this deadline; never() = not yet
    Cycle trap = Cycle::never();
    bool delivered = false;
    std::uint64_t deliveries = 0;
    std::vector<Handler> handlers;  ///< innermost last
  };

  Vm* find(unsigned number);
  Handler* innermost(unsigned vm);
  void notice_deadlines(Cycle now);
  void finish(Handler& handler, Cycle at);

  ObservedPlatform platform_;
  std::vector<Vm> vms_;
  std::vector<LatencySample> samples_;
  bool guest_runs_ = false;
  bool line_high_ = false;
};

/// Minimum, median, 99th percentile (nearest rank) and maximum of a set of numbers.
struct Distribution {
  std::size_t count = 0;
  std::uint64_t min = 0, median = 0, p99 = 0, max = 0;
};
Distribution distribution(std::vector<std::uint64_t> values);

}  // namespace cyclevisor
