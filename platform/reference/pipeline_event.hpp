// What happened to an instruction in its last memory-stage cycle, as one value: a row of the
// reference core's traces.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "models/pipeline/pipeline.hpp"

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

/// Hands on each event when the instruction is done.
class PipelineEvents final : public PipelineObserver {
 public:
  using Callback = std::function<void(const PipelineEvent&)>;

  /// The core must outlive the object.
  PipelineEvents(const Core& core, Callback callback)
      : core_(core), callback_(std::move(callback)) {}

  void retiring(const StageLatch&, Cycle) override { mode_ = core_.mode; }
  void retired(const StageLatch& latch, Cycle at) override {
    callback_({PipelineEvent::Kind::retired, at, latch.pc, latch.bits, mode_, 0});
  }
  bool wants_plain() const override { return true; }
  bool retired_plainly(const Retire& event) override {
    callback_({PipelineEvent::Kind::retired, event.cycle, event.pc.value, event.instruction,
               event.mode, 0});
    return true;
  }
  void trapped(const StageLatch& latch, const TakenTrap& taken, Cycle at) override {
    const bool interrupt = (taken.cause & Trap::interrupt_bit) != 0;
    callback_({interrupt ? PipelineEvent::Kind::interrupt : PipelineEvent::Kind::exception, at,
               latch.pc, latch.bits, taken.from,
               static_cast<unsigned>(taken.cause & ~Trap::interrupt_bit)});
  }

 private:
  const Core& core_;
  Callback callback_;
  PrivilegeMode mode_ = PrivilegeMode::machine;
};

}  // namespace cyclevisor
