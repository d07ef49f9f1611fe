#include "models/engines/stepped/stepped_engine.hpp"

#include <algorithm>

namespace cyclevisor {
void SteppedEngine::retiring(const StageLatch&, Cycle at) {
  publish_wait(at);
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
    advance();
    state_.now = pipeline_->now();
  }
}

EngineFactory stepped_engine(const PipelineSettings& settings, const MemoryMap& map) {
  return [settings, &map](HartState& state) -> std::unique_ptr<Engine> {
    return std::make_unique<SteppedEngine>(settings, map, state);
  };
}

}  // namespace cyclevisor
