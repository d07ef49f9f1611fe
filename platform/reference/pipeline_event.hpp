// What happened to an instruction in its last memory-stage cycle, as one value: a row of the
// reference core's traces.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "models/engines/stepped/pipeline.hpp"

namespace cyclevisor {

struct PipelineEvent {
  enum class Kind : std::uint8_t { retired, exception, interrupt };
  Kind kind = Kind::retired;
  Cycle cycle;
  std::uint64_t pc = 0;
  std::uint32_t bits = 0;  ///< as fetched; without meaning when the fetch failed
  PrivilegeMode mode = PrivilegeMode::machine;
  unsigned cause = 0;  ///< of an exception or interrupt
};

/// Hands on each event, those of the fast path some of them together.
class PipelineEvents final : public PipelineObserver, private Sink {
 public:
  using Callback = std::function<void(const PipelineEvent&)>;

  /// The core must outlive the object.
  PipelineEvents(const Core& core, Callback callback)
      : core_(core), callback_(std::move(callback)) {
    plain_.attach(*this);
  }

  /// To be called when the fast path has run.
  void flush() { plain_.flush(); }

  void retiring(const StageLatch&, Cycle) override {
    flush();
    mode_ = core_.mode;
  }
  void retired(const StageLatch& latch, Cycle at) override {
    callback_({PipelineEvent::Kind::retired, at, latch.pc, latch.bits, mode_, 0});
  }
  const EventStream& plain_events() const override { return plain_; }
  void trapped(const StageLatch& latch, const TakenTrap& taken, Cycle at) override {
    flush();
    const bool interrupt = (taken.cause & Trap::interrupt_bit) != 0;
    callback_({interrupt ? PipelineEvent::Kind::interrupt : PipelineEvent::Kind::exception, at,
               latch.pc, latch.bits, taken.from,
               static_cast<unsigned>(taken.cause & ~Trap::interrupt_bit)});
  }

 private:
  void on(const Retire& event) override {
    callback_({PipelineEvent::Kind::retired, event.cycle, event.pc.value, event.instruction,
               event.mode, 0});
  }

  const Core& core_;
  Callback callback_;
  EventStream plain_;
  PrivilegeMode mode_ = PrivilegeMode::machine;
};

}  // namespace cyclevisor
