// The stepped pipeline as the engine of a hart: every cycle is worked out, and that is what all
// other engines are compared with.
#pragma once

#include <optional>

#include "models/hart/engine.hpp"
#include "models/hart/engine_factory.hpp"
#include "models/timing/memory_map.hpp"
#include "models/engines/stepped/pipeline.hpp"
#include "models/timing/settings.hpp"

namespace cyclevisor {

class SteppedEngine : public Engine, private PipelineObserver {
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

  void finish() override { publish_wait(state_.now); }

  void refetch() override {
    pipeline_->skip_to(state_.now);
    pipeline_->restart();
    state_.waiting = false;
  }

  void memory_written(PhysicalAddress first, std::uint64_t bytes) override {
    pipeline_->memory_written(first, bytes);
  }

 protected:
  /// Works out at least one cycle, none at or after the horizon.
  virtual void advance() { pipeline_->step(); }
  Pipeline& pipeline() { return *pipeline_; }
  Cycle horizon() const { return state_.horizon; }

 private:
  void make_pipeline() {
    PipelineObserver& observer = *this;
    pipeline_.emplace(settings_, state_.core, state_.bus, map_, observer);
  }
  /// Goes as far as nothing can happen; true when only the platform can tell how far that is.
  bool rest();

  /// The WFI in the memory stage, if there is one, has waited until this cycle.
  void publish_wait(Cycle until) {
    if (const auto began = pipeline_->wait_began()) state_.publisher.idle(*began, until);
  }

  void retiring(const StageLatch& latch, Cycle at) override;
  void retired(const StageLatch& latch, Cycle at) override;
  const EventStream& plain_events() const override { return state_.publisher.plain_events(); }
  void trapped(const StageLatch& latch, const TakenTrap& taken, Cycle at) override;

  PipelineSettings settings_;
  const MemoryMap& map_;
  HartState& state_;
  std::optional<Pipeline> pipeline_;
};

/// `map` must outlive the engines.
EngineFactory stepped_engine(const PipelineSettings& settings, const MemoryMap& map);

}  // namespace cyclevisor
