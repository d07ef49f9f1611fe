#include "models/engines/blocks/blocks_engine.hpp"

#include "models/engines/blocks/fast_path.hpp"
#include "models/engines/stepped/pipeline_driver.hpp"

namespace cyclevisor {
namespace {

/// Takes the fast path wherever it can and steps the pipeline elsewhere. Both work on the driver's
/// timing state.
class BlocksEngine final : public Engine {
 public:
  BlocksEngine(const PipelineSettings& settings, const MemoryMap& map, HartState& hart)
      : driver_(settings, map, hart) {
    rebuild_path();
  }

  void reset() override {
    driver_.reset();
    rebuild_path();
  }
  Stop run() override {
    return driver_.run([this] { advance(); });
  }
  void finish() override { driver_.finish(); }
  void refetch() override { driver_.refetch(); }
  void memory_written(PhysicalAddress first, std::uint64_t bytes) override {
    driver_.memory_written(first, bytes);
  }

 private:
  void advance() {
    const TimingState& state = driver_.state();
    const Cycle begin = state.now;
    if (driver_.pipeline().nothing_in_flight()) path_->run(driver_.hart().horizon);
    if (state.now == begin) driver_.pipeline().step();
  }
  void rebuild_path() {
    path_.emplace(driver_.settings(), driver_.state(), driver_.hart().core, driver_.map(),
                  driver_.hart().publisher.events());
  }

  PipelineDriver driver_;
  std::optional<FastPath> path_;
};

}  // namespace

EngineFactory blocks_engine(const PipelineSettings& settings, const MemoryMap& map) {
  return [settings, &map](HartState& hart) -> std::unique_ptr<Engine> {
    return std::make_unique<BlocksEngine>(settings, map, hart);
  };
}

}  // namespace cyclevisor
