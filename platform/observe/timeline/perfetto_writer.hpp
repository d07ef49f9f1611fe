// A timeline for Perfetto (ui.perfetto.dev) and chrome://tracing: the "Trace Event Format" of
// Chrome, JSON.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/guest_view.hpp"
#include "platform/observe/guest/hypervisor_stage.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/observe/guest/vm_watch.hpp"

namespace cyclevisor {

/// Which part of a run the timeline shows: cycles `first` to `last`, and no more than `events`.
struct PerfettoWindow {
  Cycle first;
  Cycle last = Cycle::never();
  std::uint64_t events = 50'000;
};

/// Tracks: each VM (when its code runs, its handlers, its deadlines), the hypervisor (traps by
/// cause, and in them the stages), the timer's interrupt line. Arrows go from the line through the
/// hypervisor to the guest's handler.
class PerfettoWriter : public Sink, public GuestObserver {
 public:
  /// Observes `view`; both it and `watch` must be attached to the stream before the writer.
  PerfettoWriter(const ObservedPlatform& platform, const VmWatch& watch, GuestView& view,
                 const PerfettoWindow& window);

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const Idle& event) override;
  void on(const InterruptLine& event) override;
  void on_plain(RetireSpan events) override;
  /// Instructions only for the stages of the hypervisor.
  Retirements wants() const override {
    return trap_since_ && !stopped_ ? Retirements::all : Retirements::none;
  }

  /// A landmark of a VM, or of the hypervisor.
  void landmark(const LandmarkHit& hit);

  void interrupt_entered(const GuestInterrupt& interrupt) override;
  void exception_entered(unsigned vm, Cycle at) override;
  void handler_returned(unsigned vm, Cycle at) override;

  /// The run ended: open slices end here. Call once.
  void finish(Cycle end);
  /// trace.perfetto.json.
  void write(std::ostream& out) const;

 private:
  /// A handler that has been entered and has not returned.
  struct Handler {
    std::string name;
    Cycle entered;
    std::optional<Cycle> deadline;  ///< of a timer interrupt that had one
    std::optional<Cycle> line;      ///< the line was high: where the arrow begins
    std::optional<Cycle> trap;      ///< the hypervisor was trapped for it
  };
  struct Vm {
    unsigned number = 0;
    std::string name;
    std::vector<Handler> handlers;  ///< innermost last
  };

  Vm* find(unsigned number);
  /// True while `at` is in the window; the first event after it stops the writer.
  bool reach(Cycle at);
  void stop(Cycle at);
  void enter(unsigned vm, Handler handler);
  void close_guest(Cycle at);
  void close_stage(Cycle at);
  void close_trap(Cycle at);
  void close_line(Cycle at);
  void close_handler(Vm& vm, Cycle at);
  /// A slice from `from` to `to`, cut to the window; `arguments` is a JSON object.
  void slice(unsigned track, const std::string& name, Cycle from, Cycle to,
             const std::string& arguments = {});
  void instant(unsigned track, const std::string& name, Cycle at);
  void arrow(char phase, unsigned track, Cycle at);
  void append(const std::string& event);
  std::string time(Cycle at) const;
  std::string duration(Cycle from, Cycle to) const;

  ObservedPlatform platform_;
  const VmWatch& watch_;
  StageMap map_;
  PerfettoWindow window_;
  bool native_ = false;
  std::vector<Vm> vms_;
  std::string events_;
  std::uint64_t count_ = 0;
  std::uint64_t arrows_ = 0;
  bool stopped_ = false;
  Cycle stopped_at_;

  std::optional<Cycle> guest_since_;  ///< a guest's code executes
  unsigned guest_ = 0;
  std::optional<Cycle> trap_since_;  ///< the hypervisor executes
  std::string cause_ = "boot";
  Cycle stage_since_;
  Cycle retired_;  ///< the hypervisor's last instruction, or the trap
  std::optional<HypervisorStage> stage_;
  std::optional<Cycle> line_since_;  ///< the line is high
  bool line_known_ = false;          ///< it has been, from line_rose_ to line_fell_ the last time
  Cycle line_rose_;
  Cycle line_fell_ = Cycle::never();
};

}  // namespace cyclevisor
