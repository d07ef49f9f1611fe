// What the fast path tells those who count cycles by regions of code, against the stepped pipeline,
// which tells of each instruction.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "models/engines/blocks/fast_path.hpp"
#include "models/engines/stepped/pipeline.hpp"
#include "platform/reference/reference_machine.hpp"
#include "platform/reference/reference_platform.hpp"
#include "tests/models/engines/blocks/random_program.hpp"

using namespace cyclevisor;
using test::ProgramShape;
using test::random_program;

namespace {

/// Regions of equal size, numbered so that some neighbours have the same number.
class Stays : public PipelineObserver, private Sink {
 public:
  explicit Stays(std::uint64_t region_bytes) : region_bytes_(region_bytes) {
    stream_.attach(*this);
  }

  void retiring(const StageRegister&, Cycle) override {}
  void retired(const StageRegister& latch, Cycle at) override {
    stream_.stay(VirtualAddress(latch.pc), at);
  }
  const EventStream& path_events() const { return stream_; }
  void trapped(const StageRegister&, const TakenTrap&, Cycle at) override {
    stream_.flush();
    told_.push_back({trap, at});
  }

  /// Traps too. However they were handed over, one behind the other in a region are one stay.
  const std::vector<Stay>& told() {
    stream_.flush();
    return told_;
  }

 private:
  static constexpr CodeRegion::Number trap = CodeRegion::max_number;

  void on_stays(Span<Stay> stays) override {
    for (const Stay& stay : stays) {
      if (told_.empty() || told_.back().region != stay.region) told_.push_back(stay);
      told_.back().until = stay.until;
    }
  }
  CodeRegion region(VirtualAddress pc) const override {
    const std::uint64_t index = pc.value / region_bytes_;
    return {VirtualAddress(index * region_bytes_), region_bytes_,
            static_cast<CodeRegion::Number>(index / 3 * 2 + index % 3 / 2)};
  }
  Retirements wants() const override { return Retirements::regions; }

  std::uint64_t region_bytes_;
  EventStream stream_;
  std::vector<Stay> told_;
};

struct Machine {
  Machine(const std::vector<std::byte>& program, const PipelineSettings& settings,
          std::uint64_t region_bytes)
      : core(reference_hart(), platform, platform),
        stays(region_bytes),
        state(settings, core),
        pipeline(settings, state, core, platform, platform, stays) {
    std::copy(program.begin(), program.end(), platform.ram().begin());
    core.reset(ReferencePlatform::ram_base, 0, 0);
    pipeline.reset(Cycle());
  }

  std::uint64_t now() const { return pipeline.now().value; }
  /// The timer interrupt comes for a while in each period. Returns the cycle of its next change.
  std::uint64_t set_lines() {
    constexpr std::uint64_t period = 497, high = 20, mtip = 1 << 7;
    const std::uint64_t phase = now() % period;
    core.csrs.state.interrupt_lines = phase < high ? mtip : 0;
    return now() - phase + (phase < high ? high : period);
  }
  void step() {
    set_lines();
    pipeline.step();
  }

  ReferencePlatform platform;
  Core core;
  Stays stays;
  TimingState state;
  Pipeline pipeline;
};

/// How many stays there were.
std::size_t compare(const std::vector<std::byte>& program, const PipelineSettings& settings,
                    std::uint64_t region_bytes, differential::Random& random) {
  constexpr std::uint64_t end = 20000;
  Machine stepped(program, settings, region_bytes);
  while (stepped.now() < end) stepped.step();
  Machine machine(program, settings, region_bytes);
  FastPath fast(settings, machine.state, machine.core, machine.platform,
                machine.stays.path_events());
  while (machine.now() < end) {
    const std::uint64_t now = machine.now();
    const std::uint64_t horizon = now + 1 + random.below(random.percent(50) ? 16 : 2000);
    const Cycle until(std::min({end, horizon, machine.set_lines()}));
    if (machine.pipeline.nothing_in_flight()) fast.run(until);
    if (machine.now() == now) machine.step();
  }
  const std::vector<Stay>& expected = stepped.stays.told();
  const std::vector<Stay>& told = machine.stays.told();
  for (std::size_t i = 0; i < std::min(expected.size(), told.size()); ++i) {
    INFO("stay " << i << " until cycle " << expected[i].until.value);
    REQUIRE(told[i].region == expected[i].region);
    REQUIRE(told[i].until == expected[i].until);
  }
  REQUIRE(told.size() == expected.size());
  return told.size();
}

}  // namespace

TEST_CASE("Stays in regions of code are the same fast and stepped") {
  for (const Predictor predictor : {Predictor::none, Predictor::gshare}) {
    PipelineSettings settings;
    settings.predictor = predictor;
    std::size_t stays = 0;
    for (unsigned seed = 0; seed < 40; ++seed) {
      ProgramShape shape;
      shape.halfwords = 3000;
      shape.data_bytes = 1 << 14;
      shape.system_percent = seed % 2;
      shape.loop_percent = 30;
      shape.short_blocks = seed % 3 * 2;
      shape.far_percent = 2;
      differential::Random random(seed);
      const std::uint64_t region_bytes = random.pick({32u, 100u, 512u, 4096u});
      INFO("seed " << seed << ", predictor " << static_cast<unsigned>(predictor) << ", regions of "
                   << region_bytes << " bytes");
      const std::vector<std::byte> program = random_program(random, shape);
      stays += compare(program, settings, region_bytes, random);
    }
    CHECK(stays > 10000);
  }
}
