// The engines on the plain program, without observers: instructions a second.
#include <benchmark/benchmark.h>

#include "bench/bare_machine.hpp"
#include "models/engines/blocks/blocks_engine.hpp"
#include "models/engines/stepped/stepped_engine.hpp"

namespace cyclevisor::bench {
namespace {

using Maker = EngineFactory (*)(const PipelineSettings&, const MemoryMap&);

/// Arguments: whether the caches are on, whether there is a predictor.
void run_plain(benchmark::State& state, Maker make) {
  PipelineSettings settings;
  const auto presence = state.range(0) != 0 ? CachePresence::on : CachePresence::off;
  settings.instruction_cache.presence = settings.data_cache.presence = presence;
  settings.predictor = state.range(1) != 0 ? Predictor::gshare : Predictor::none;
  std::uint64_t instructions = 0;
  std::uint64_t cycles = 0;
  for (auto _ : state) {
    BareMachine machine(PLAIN_PROGRAM, [&](const MemoryMap& map) { return make(settings, map); });
    machine.run();
    instructions += machine.instructions();
    cycles += machine.cycles().value;
  }
  using benchmark::Counter;
  state.counters["instructions"] = Counter(static_cast<double>(instructions), Counter::kIsRate);
  state.counters["cycles"] = Counter(static_cast<double>(cycles), Counter::kIsRate);
}

BENCHMARK_CAPTURE(run_plain, fast, blocks_engine)
    ->ArgNames({"caches", "gshare"})
    ->ArgsProduct({{0, 1}, {0, 1}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_plain, stepped, stepped_engine)
    ->ArgNames({"caches", "gshare"})
    ->ArgsProduct({{0, 1}, {0, 1}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cyclevisor::bench
