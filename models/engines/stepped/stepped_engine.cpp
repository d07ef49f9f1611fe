#include "models/engines/stepped/stepped_engine.hpp"

#include "models/engines/stepped/pipeline_driver.hpp"

namespace cyclevisor {
namespace {

class SteppedEngine final : public Engine {
 public:
  SteppedEngine(const PipelineSettings& settings, const MemoryMap& map, HartState& hart)
      : driver_(settings, map, hart) {}

  void reset() override { driver_.reset(); }
  Stop run() override {
    return driver_.run([this] { driver_.pipeline().step(); });
  }
  void finish() override { driver_.finish(); }
  void refetch() override { driver_.refetch(); }
  void memory_written(PhysicalAddress first, std::uint64_t bytes) override {
    driver_.memory_written(first, bytes);
  }

 private:
  PipelineDriver driver_;
};

}  // namespace

EngineFactory stepped_engine(const PipelineSettings& settings, const MemoryMap& map) {
  return [settings, &map](HartState& hart) -> std::unique_ptr<Engine> {
    return std::make_unique<SteppedEngine>(settings, map, hart);
  };
}

}  // namespace cyclevisor
