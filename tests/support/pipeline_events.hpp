// Collects the retirements and traps of a pipeline and of the fast path next to it, in order.
#pragma once

#include <functional>
#include <utility>

#include "models/engines/stepped/pipeline.hpp"
#include "models/probe/event_stream.hpp"
#include "platform/reference/pipeline_event.hpp"

namespace cyclevisor::test {

/// Passes each event to the callback. Those of the fast path come in batches, with `flush`.
class PipelineEvents final : public PipelineObserver, private Sink {
 public:
  using Callback = std::function<void(const PipelineEvent&)>;

  /// The core must outlive the object.
  PipelineEvents(const Core& core, Callback callback)
      : core_(core), callback_(std::move(callback)) {
    path_events_.attach(*this);
  }

  /// The stream to which the fast path publishes.
  const EventStream& path_events() const { return path_events_; }
  /// To be called when the fast path has run.
  void flush() { path_events_.flush(); }

  void retiring(const StageRegister&, Cycle) override {
    flush();
    mode_ = core_.mode;
  }
  void retired(const StageRegister& stage, Cycle at) override {
    callback_({PipelineEvent::Kind::retired, at, stage.pc, stage.bits, mode_, 0});
  }
  void trapped(const StageRegister& stage, const TakenTrap& taken, Cycle at) override {
    flush();
    const bool interrupt = (taken.cause & Trap::interrupt_bit) != 0;
    callback_({interrupt ? PipelineEvent::Kind::interrupt : PipelineEvent::Kind::exception, at,
               stage.pc, stage.bits, taken.from,
               static_cast<unsigned>(taken.cause & ~Trap::interrupt_bit)});
  }

 private:
  void on(const Retire& event) override {
    callback_({PipelineEvent::Kind::retired, event.cycle, event.pc.value, event.instruction,
               event.mode, 0});
  }

  const Core& core_;
  Callback callback_;
  EventStream path_events_;
  PrivilegeMode mode_ = PrivilegeMode::machine;
};

}  // namespace cyclevisor::test
