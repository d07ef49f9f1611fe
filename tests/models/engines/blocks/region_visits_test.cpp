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
class RegionVisits : public PipelineObserver, private Sink {
 public:
  explicit RegionVisits(std::uint64_t region_bytes) : region_bytes_(region_bytes) {
    stream_.attach(*this);
  }

  void retiring(const StageRegister&, Cycle) override {}
  void retired(const StageRegister& latch, Cycle at) override {
    stream_.visit(VirtualAddress(latch.pc), at);
  }
  const EventStream& path_events() const { return stream_; }
  void trapped(const StageRegister&, const TakenTrap&, Cycle at) override {
    stream_.flush();
    visits_.push_back({trap, at});
  }

  /// Traps too. However they are delivered, consecutive instructions in one region are one visit.
  const std::vector<RegionVisit>& visits() {
    stream_.flush();
    return visits_;
  }

 private:
  static constexpr CodeRegion::Number trap = CodeRegion::max_number;

  void on_region_visits(Span<RegionVisit> visits) override {
    for (const RegionVisit& visit : visits) {
      if (visits_.empty() || visits_.back().region != visit.region) visits_.push_back(visit);
      visits_.back().until = visit.until;
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
  std::vector<RegionVisit> visits_;
};

struct Machine {
  Machine(const std::vector<std::byte>& program, const PipelineSettings& settings,
          std::uint64_t region_bytes)
      : core(reference_hart(), platform, platform),
        visits(region_bytes),
        state(settings, core),
        pipeline(settings, state, core, platform, platform, visits) {
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
  RegionVisits visits;
  TimingState state;
  Pipeline pipeline;
};

/// The number of visits.
std::size_t compare(const std::vector<std::byte>& program, const PipelineSettings& settings,
                    std::uint64_t region_bytes, differential::Random& random) {
  constexpr std::uint64_t end = 20000;
  Machine stepped(program, settings, region_bytes);
  while (stepped.now() < end) stepped.step();
  Machine machine(program, settings, region_bytes);
  FastPath fast(settings, machine.state, machine.core, machine.platform,
                machine.visits.path_events());
  while (machine.now() < end) {
    const std::uint64_t now = machine.now();
    const std::uint64_t horizon = now + 1 + random.below(random.percent(50) ? 16 : 2000);
    const Cycle until(std::min({end, horizon, machine.set_lines()}));
    if (machine.pipeline.nothing_in_flight()) fast.run(until);
    if (machine.now() == now) machine.step();
  }
  const std::vector<RegionVisit>& expected = stepped.visits.visits();
  const std::vector<RegionVisit>& actual = machine.visits.visits();
  for (std::size_t i = 0; i < std::min(expected.size(), actual.size()); ++i) {
    INFO("visit " << i << " until cycle " << expected[i].until.value);
    REQUIRE(actual[i].region == expected[i].region);
    REQUIRE(actual[i].until == expected[i].until);
  }
  REQUIRE(actual.size() == expected.size());
  return actual.size();
}

}  // namespace

TEST_CASE("Visits to code regions are the same on both engines") {
  for (const Predictor predictor : {Predictor::none, Predictor::gshare}) {
    PipelineSettings settings;
    settings.predictor = predictor;
    std::size_t visits = 0;
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
      visits += compare(program, settings, region_bytes, random);
    }
    CHECK(visits > 10000);
  }
}
