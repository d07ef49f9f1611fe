// Everything an engine needs around the pipeline: the timing state, the events of its instructions,
// and the loop that stops at the horizon, on request and in WFI. An engine owns a driver and passes
// it a function that simulates cycles.
#pragma once

#include <optional>

#include "models/engines/stepped/pipeline.hpp"
#include "models/hart/engine.hpp"
#include "models/timing/memory_map.hpp"
#include "models/timing/settings.hpp"
#include "models/timing/timing_state.hpp"

namespace cyclevisor {

class PipelineDriver final : private PipelineObserver {
 public:
  /// `map` and `hart` must outlive the driver.
  PipelineDriver(const PipelineSettings& settings, const MemoryMap& map, HartState& hart)
      : settings_(settings), map_(map), hart_(hart) {
    rebuild();
  }

  const PipelineSettings& settings() const { return settings_; }
  const MemoryMap& map() const { return map_; }
  HartState& hart() { return hart_; }
  TimingState& state() { return *state_; }
  Pipeline& pipeline() { return *pipeline_; }

  /// See Engine. `reset` makes a new timing state: references to the old one are void.
  void reset() {
    rebuild();
    pipeline_->reset(hart_.now);
  }
  void finish() { publish_wait(hart_.now); }
  void refetch() {
    pipeline_->skip_to(hart_.now);
    pipeline_->restart();
    hart_.waiting = false;
  }
  void memory_written(PhysicalAddress first, std::uint64_t bytes) {
    pipeline_->memory_written(first, bytes);
  }

  /// Simulates cycles until there is a reason to stop. `advance()` simulates at least one, and none
  /// at or after the horizon.
  template <class Advance>
  HartStop run(Advance advance) {
    Core& core = hart_.core;
    hart_.publisher.begin_run(core);
    pipeline_->skip_to(hart_.now);
    while (true) {
      if (hart_.stop_requested && !pipeline_->is_busy()) {
        hart_.stop_requested = false;
        return HartStop::requested;
      }
      if (core.csrs.next_timer_event() <= hart_.now) core.csrs.update_timer(hart_.now);
      hart_.waiting = rest();
      if (hart_.waiting) return HartStop::waiting;
      if (hart_.now >= hart_.horizon) return HartStop::horizon;
      advance();
      hart_.now = state_->now;
    }
  }

 private:
  void rebuild() {
    pipeline_.reset();
    state_.emplace(settings_, hart_.core);
    PipelineObserver& observer = *this;
    pipeline_.emplace(settings_, *state_, hart_.core, hart_.bus, map_, observer);
  }
  /// Lets a WFI wait for as long as nothing can happen; true if only the platform knows how long
  /// that is.
  bool rest();

  /// The WFI in the memory stage, if there is one, has waited until this cycle.
  void publish_wait(Cycle until) {
    if (const auto began = pipeline_->wait_began()) hart_.publisher.idle(*began, until);
  }

  void retiring(const StageRegister& stage, Cycle at) override;
  void retired(const StageRegister& stage, Cycle at) override;
  void trapped(const StageRegister& stage, const TakenTrap& taken, Cycle at) override;

  PipelineSettings settings_;
  const MemoryMap& map_;
  HartState& hart_;
  std::optional<TimingState> state_;
  std::optional<Pipeline> pipeline_;
};

}  // namespace cyclevisor
