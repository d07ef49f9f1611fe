#include "models/engines/blocks/fast_engine.hpp"

#include "models/engines/blocks/fast_path.hpp"
#include "models/engines/stepped/stepped_engine.hpp"

namespace cyclevisor {
namespace {

class FastEngine final : public SteppedEngine {
 public:
  FastEngine(const PipelineSettings& settings, const MemoryMap& map, HartState& state)
      : SteppedEngine(settings, map, state) {
    fast_.emplace(pipeline());
  }

  void reset() override {
    SteppedEngine::reset();
    fast_.emplace(pipeline());
  }

 private:
  void advance() override {
    const Cycle begin = pipeline().now();
    fast_->run(horizon());
    if (pipeline().now() == begin) pipeline().step();
  }

  std::optional<FastPath> fast_;
};

}  // namespace

EngineFactory fast_engine(const PipelineSettings& settings, const MemoryMap& map) {
  return [settings, &map](HartState& state) -> std::unique_ptr<Engine> {
    return std::make_unique<FastEngine>(settings, map, state);
  };
}

}  // namespace cyclevisor
