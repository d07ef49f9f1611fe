#include "models/pipeline/stepped_engine.hpp"

#include <algorithm>
#include <optional>

#include "models/hart/engine.hpp"
#include "models/pipeline/pipeline.hpp"

namespace cyclevisor {
namespace {

class SteppedEngine final : public Engine, private PipelineObserver {
 public:
  SteppedEngine(const PipelineSettings& settings, const MemoryMap& map, HartState& state)
      : settings_(settings), map_(map), state_(state) {
    make_pipeline();
  }

  void reset() override {
    make_pipeline();
    pipeline_->reset(state_.now);
  }

  Stop run() override;

  void refetch() override {
    pipeline_->skip_to(state_.now);
    pipeline_->restart();
    state_.waiting = false;
  }

  void memory_written(PhysicalAddress first, std::uint64_t bytes) override {
    pipeline_->memory_written(first, bytes);
  }

 private:
  void make_pipeline() {
    PipelineObserver& observer = *this;
    pipeline_.emplace(settings_, state_.core, state_.bus, map_, observer);
  }
  /// Goes as far as nothing can happen; true when only the platform can tell how far that is.
  bool rest();

  void retiring(const StageLatch& latch, Cycle at) override;
  void retired(const StageLatch& latch, Cycle at) override;
  void trapped(const StageLatch& latch, const TakenTrap& taken, Cycle at) override;

  PipelineSettings settings_;
  const MemoryMap& map_;
  HartState& state_;
  std::optional<Pipeline> pipeline_;
};

void SteppedEngine::retiring(const StageLatch&, Cycle at) {
  if (const auto began = pipeline_->wait_began()) state_.publisher.idle(*began, at);
  state_.publisher.before(state_.core);
}

void SteppedEngine::retired(const StageLatch& latch, Cycle at) {
  state_.publisher.retire(state_.core, latch.instruction, at);
}

void SteppedEngine::trapped(const StageLatch& latch, const TakenTrap& taken, Cycle at) {
  const std::uint32_t bits = latch.fault == FetchFault::none ? latch.bits : 0;
  state_.publisher.trap(state_.core, taken, at, bits);
}

bool SteppedEngine::rest() {
  if (!pipeline_->rests() || state_.core.wakes()) return false;
  const Cycle end = pipeline_->rest_ends();
  if (end == Cycle::never()) return true;
  const Cycle until = std::min({end, state_.horizon, state_.core.csrs.next_timer_event()});
  if (state_.now < until) {
    pipeline_->skip_to(until);
    state_.now = until;
  }
  return false;
}

Engine::Stop SteppedEngine::run() {
  Core& core = state_.core;
  state_.publisher.begin_run(core);
  pipeline_->skip_to(state_.now);
  while (true) {
    if (state_.stop_requested && !pipeline_->is_busy()) {
      state_.stop_requested = false;
      return Stop::requested;
    }
    if (core.csrs.next_timer_event() <= state_.now) core.csrs.update_timer(state_.now);
    state_.waiting = rest();
    if (state_.waiting) return Stop::waiting;
    if (state_.now >= state_.horizon) return Stop::horizon;
    pipeline_->step();
    state_.now = pipeline_->now();
  }
}

}  // namespace

EngineFactory stepped_engine(const PipelineSettings& settings, const MemoryMap& map) {
  return [settings, &map](HartState& state) -> std::unique_ptr<Engine> {
    return std::make_unique<SteppedEngine>(settings, map, state);
  };
}

}  // namespace cyclevisor
