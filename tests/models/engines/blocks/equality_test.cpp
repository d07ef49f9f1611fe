// The fast path against the stepped pipeline: the same events in the same cycles, wherever the path
// is left and entered again.
#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <vector>

#include "models/engines/blocks/fast_path.hpp"
#include "models/engines/stepped/pipeline.hpp"
#include "platform/reference/pipeline_event.hpp"
#include "platform/reference/reference_machine.hpp"
#include "platform/reference/reference_platform.hpp"
#include "tests/models/engines/blocks/random_program.hpp"
#include "tests/support/pipeline_events.hpp"

using namespace cyclevisor;
using test::ProgramShape;
using test::random_program;

namespace {

constexpr std::uint64_t mtip = 1 << 7;

/// A pipeline, stepped or fast, with the timer interrupt raised for a while.
class Machine {
 public:
  Machine(const std::vector<std::byte>& program, const PipelineSettings& settings)
      : core_(reference_hart(), platform_, platform_),
        observer_(core_, [this](const PipelineEvent& event) { events_.push_back(event); }),
        settings_(settings),
        state_(settings, core_),
        pipeline_(settings, state_, core_, platform_, platform_, observer_) {
    std::copy(program.begin(), program.end(), platform_.ram().begin());
    core_.reset(ReferencePlatform::ram_base, 0, 0);
    pipeline_.reset(Cycle());
  }

  void raise_interrupt(std::uint64_t first, std::uint64_t last) {
    first_ = first;
    last_ = last;
  }
  void step_to(std::uint64_t end) {
    while (pipeline_.now().value < end) step();
  }
  /// The horizons are random, so that the path is left in any state.
  void run_fast_to(std::uint64_t end, differential::Random& random) {
    if (!fast_) {
      fast_.emplace(settings_, state_, core_, platform_, observer_.path_events());
    }
    while (pipeline_.now().value < end) {
      const std::uint64_t now = pipeline_.now().value;
      std::uint64_t horizon = std::min(end, now + 1 + random.below(random.percent(50) ? 16 : 2000));
      for (const std::uint64_t change : {first_, last_ + 1}) {
        if (now < change) horizon = std::min(horizon, change);
      }
      set_lines();
      if (pipeline_.nothing_in_flight()) fast_->run(Cycle(horizon));
      observer_.flush();
      fast_cycles_ += pipeline_.now().value - now;
      if (pipeline_.now().value == now) step();
    }
  }

  const std::vector<PipelineEvent>& events() const { return events_; }
  std::uint64_t fast_cycles() const { return fast_cycles_; }
  const Core& core() const { return core_; }
  const std::vector<std::byte>& ram() const { return platform_.ram(); }

 private:
  void set_lines() {
    const std::uint64_t now = pipeline_.now().value;
    core_.csrs.state.interrupt_lines = first_ <= now && now <= last_ ? mtip : 0;
  }
  void step() {
    set_lines();
    pipeline_.step();
  }

  ReferencePlatform platform_;
  std::vector<PipelineEvent> events_;
  Core core_;
  test::PipelineEvents observer_;
  PipelineSettings settings_;
  TimingState state_;
  Pipeline pipeline_;
  std::optional<FastPath> fast_;
  std::uint64_t fast_cycles_ = 0;
  std::uint64_t first_ = ~std::uint64_t{0};
  std::uint64_t last_ = ~std::uint64_t{0} - 1;
};

bool same(const PipelineEvent& a, const PipelineEvent& b) {
  return a.kind == b.kind && a.cycle == b.cycle && a.pc == b.pc && a.bits == b.bits &&
         a.mode == b.mode && a.cause == b.cause;
}

void require_equal(const Machine& stepped, const Machine& fast) {
  const std::size_t count = std::min(stepped.events().size(), fast.events().size());
  for (std::size_t i = 0; i < count; ++i) {
    const PipelineEvent& a = stepped.events()[i];
    const PipelineEvent& b = fast.events()[i];
    if (same(a, b)) continue;
    INFO("event " << i << ": stepped in cycle " << a.cycle.value << " at pc " << a.pc
                  << ", fast in cycle " << b.cycle.value << " at pc " << b.pc);
    REQUIRE(same(a, b));
  }
  REQUIRE(stepped.events().size() == fast.events().size());
  REQUIRE(stepped.core().x == fast.core().x);
  REQUIRE(stepped.core().csrs.retired == fast.core().csrs.retired);
  REQUIRE(stepped.ram() == fast.ram());
}

struct Totals {
  std::uint64_t cycles = 0;
  std::uint64_t fast_cycles = 0;
  std::uint64_t events = 0;
  std::uint64_t traps = 0;
};

/// At least one cycle in `share` was fast, and the programs really ran: they retired far more than
/// their handlers did.
void check_worth(const Totals& totals, unsigned share) {
  CHECK(totals.fast_cycles > totals.cycles / share);
  CHECK(totals.traps < totals.events / 8);
}

void compare(const PipelineSettings& settings, const ProgramShape& shape, unsigned seed,
             std::uint64_t cycles, Totals& totals) {
  INFO("seed " << seed << ", predictor " << static_cast<unsigned>(settings.predictor));
  differential::Random random(seed);
  const std::vector<std::byte> program = random_program(random, shape);
  Machine stepped(program, settings);
  Machine fast(program, settings);
  stepped.step_to(cycles);
  fast.run_fast_to(cycles, random);
  // What cannot be seen in events yet would show soon.
  fast.step_to(cycles + 300);
  stepped.step_to(cycles + 300);
  require_equal(stepped, fast);
  totals.cycles += cycles;
  totals.fast_cycles += fast.fast_cycles();
  totals.events += fast.events().size();
  totals.traps += static_cast<std::uint64_t>(std::count_if(
      fast.events().begin(), fast.events().end(),
      [](const PipelineEvent& event) { return event.kind != PipelineEvent::Kind::retired; }));
}

void compare_random_programs(const ProgramShape& shape, unsigned programs, std::uint64_t cycles,
                             Totals& totals) {
  for (const Predictor predictor : {Predictor::none, Predictor::gshare}) {
    PipelineSettings settings;
    settings.predictor = predictor;
    for (unsigned seed = 0; seed < programs; ++seed) {
      compare(settings, shape, seed, cycles, totals);
    }
  }
}

/// Settings that differ from the reference core's in every structure.
std::vector<PipelineSettings> other_settings() {
  PipelineSettings off;
  off.instruction_cache.presence = off.data_cache.presence = CachePresence::off;
  PipelineSettings off_gshare = off;
  off_gshare.predictor = Predictor::gshare;
  PipelineSettings half_off = off_gshare;
  half_off.data_cache.presence = CachePresence::on;
  PipelineSettings small;
  small.instruction_cache.ways = small.data_cache.sets = 8;
  small.instruction_cache.sets = small.data_cache.ways = 2;
  small.instruction_cache.line_bytes = 16;
  small.data_cache.line_bytes = 32;
  small.instruction_tlb_entries = 2;
  small.data_tlb_entries = 3;
  small.predictor = Predictor::gshare;
  small.predictor_index_bits = 4;
  small.return_stack_entries = 2;
  small.divider_bits = 1;
  PipelineSettings small_plain = small;
  small_plain.predictor = Predictor::none;
  small_plain.instruction_cache.ways = 4;
  small_plain.instruction_cache.sets = 8;
  PipelineSettings large = small;
  large.predictor_index_bits = 20;
  large.instruction_tlb_entries = large.data_tlb_entries = 0;
  large.memory_latency = 7;
  large.memory_beat = 2;
  return {off, off_gshare, half_off, small, small_plain, large};
}

}  // namespace

TEST_CASE("Small loops are the same fast and stepped") {
  ProgramShape shape;
  shape.halfwords = 96;
  Totals totals;
  compare_random_programs(shape, 24, 6000, totals);
  // Otherwise nothing is compared.
  check_worth(totals, 4);
}

TEST_CASE("Programs with misses are the same fast and stepped") {
  ProgramShape shape;
  shape.halfwords = 12000;
  shape.data_bytes = 1 << 16;
  Totals totals;
  compare_random_programs(shape, 12, 20000, totals);
  check_worth(totals, 4);
}

TEST_CASE("Programs with hardly any system instructions are the same fast and stepped") {
  ProgramShape shape;
  shape.halfwords = 2000;
  shape.system_percent = 0;
  shape.far_percent = 5;
  Totals totals;
  compare_random_programs(shape, 12, 20000, totals);
  check_worth(totals, 2);
}

TEST_CASE("Programs that call and return a lot are the same fast and stepped") {
  PipelineSettings settings;
  settings.predictor = Predictor::gshare;
  Totals totals;
  for (unsigned seed = 0; seed < 120; ++seed) {
    ProgramShape shape;
    shape.halfwords = seed % 2 == 0 ? 160 : 600;
    shape.call_percent = 20;
    shape.system_percent = 0;
    settings.return_stack_entries = seed % 3 == 0 ? 2 : 16;
    // With few entries, what is no return is often taken for one.
    settings.predictor_index_bits = seed % 4 < 2 ? 4 : 10;
    compare(settings, shape, seed, 3000, totals);
  }
  check_worth(totals, 4);
}

TEST_CASE("Programs under Sv39 are the same fast and stepped") {
  ProgramShape shape;
  shape.halfwords = 12000;
  shape.data_bytes = 1 << 16;
  shape.translates = true;
  Totals totals;
  SECTION("in S-mode") {}
  SECTION("in changing privilege modes") {
    shape.changes_mode = true;
    shape.loop_percent = 20;
  }
  compare_random_programs(shape, 12, 20000, totals);
  check_worth(totals, 8);
}

TEST_CASE("Loops are the same fast and stepped") {
  ProgramShape shape;
  shape.halfwords = 3000;
  shape.data_bytes = 1 << 14;
  shape.system_percent = 0;
  shape.loop_percent = 30;
  shape.far_percent = 0;
  Totals totals;
  compare_random_programs(shape, 16, 30000, totals);
  check_worth(totals, 2);
}

TEST_CASE("Loops that are changed are the same fast and stepped") {
  PipelineSettings uncached;
  uncached.instruction_cache.presence = CachePresence::off;
  PipelineSettings cached;
  PipelineSettings tiny;
  tiny.instruction_cache.ways = 1;
  tiny.instruction_cache.sets = 16;
  tiny.instruction_cache.line_bytes = 32;
  tiny.instruction_tlb_entries = 2;
  for (PipelineSettings settings : {uncached, cached, tiny}) {
    for (const Predictor predictor : {Predictor::none, Predictor::gshare}) {
      settings.predictor = predictor;
      Totals totals;
      for (unsigned seed = 0; seed < 12; ++seed) {
        ProgramShape shape;
        shape.halfwords = seed % 3 == 0 ? 20000 : 1500;
        shape.system_percent = 0;
        shape.far_percent = 0;
        shape.loop_percent = 40;
        shape.patch_percent = 50;
        shape.translates = seed % 2 == 0;
        compare(settings, shape, seed, 30000, totals);
      }
      check_worth(totals, 4);
    }
  }
}

TEST_CASE("Every structure's settings are the same fast and stepped") {
  for (const PipelineSettings& settings : other_settings()) {
    Totals totals;
    for (unsigned seed = 0; seed < 24; ++seed) {
      ProgramShape shape;
      shape.halfwords = seed % 2 == 0 ? 3000 : 200;
      shape.translates = seed % 3 == 0;
      shape.stores_to_code = seed % 4 < 2;
      shape.loop_percent = seed % 5 < 3 ? 25 : 0;
      shape.patch_percent = 40;
      compare(settings, shape, seed, 8000, totals);
    }
    check_worth(totals, 16);
  }
}

TEST_CASE("Loops that are predicted rightly are the same fast and stepped") {
  PipelineSettings settings;
  settings.predictor = Predictor::gshare;
  // Which line is replaced shows in which order the others were fetched from.
  settings.instruction_cache.line_bytes = 16;
  settings.instruction_cache.sets = 4;
  settings.instruction_cache.ways = 8;
  settings.data_cache.sets = settings.data_cache.ways = 2;
  Totals totals;
  for (unsigned seed = 0; seed < 80; ++seed) {
    ProgramShape shape;
    shape.halfwords = 1500;
    shape.system_percent = 0;
    shape.far_percent = 0;
    shape.loop_percent = 40;
    shape.most_rounds = 400;
    shape.short_blocks = seed % 2 == 0 ? 2 : 6;
    compare(settings, shape, seed, 20000, totals);
  }
  check_worth(totals, 2);
}

TEST_CASE("An interrupt in any cycle is the same fast and stepped") {
  ProgramShape shape;
  shape.halfwords = 160;
  for (const Predictor predictor : {Predictor::none, Predictor::gshare}) {
    PipelineSettings settings;
    settings.predictor = predictor;
    differential::Random random(7);
    const std::vector<std::byte> program = random_program(random, shape);
    unsigned taken = 0;
    for (std::uint64_t arrival = 900; arrival < 1300; ++arrival) {
      INFO("arrival " << arrival << ", predictor " << static_cast<unsigned>(predictor));
      Machine stepped(program, settings);
      Machine fast(program, settings);
      for (Machine* machine : {&stepped, &fast}) machine->raise_interrupt(arrival, arrival + 20);
      stepped.step_to(1500);
      fast.run_fast_to(1500, random);
      require_equal(stepped, fast);
      taken += static_cast<unsigned>(std::count_if(
          fast.events().begin(), fast.events().end(),
          [](const PipelineEvent& event) { return event.kind == PipelineEvent::Kind::interrupt; }));
    }
    CHECK(taken > 300);
  }
}

// For scripts/nightly.
TEST_CASE("Thousands of programs are the same fast and stepped", "[.nightly]") {
  std::vector<PipelineSettings> all = other_settings();
  PipelineSettings settings;
  all.push_back(settings);
  settings.predictor = Predictor::gshare;
  all.push_back(settings);
  Totals totals;
  constexpr unsigned programs = 20000;
  for (unsigned seed = 10000; seed < 10000 + programs; ++seed) {
    differential::Random random(seed);
    ProgramShape shape;
    shape.halfwords = random.pick({96u, 400u, 3000u, 20000u});
    shape.data_bytes = random.pick({1u << 12, 1u << 16});
    shape.far_percent = random.pick({0u, 5u, 20u});
    shape.system_percent = random.pick({0u, 1u});
    shape.loop_percent = random.pick({0u, 10u, 40u});
    shape.most_rounds = random.pick({40u, 2000u});
    shape.short_blocks = random.pick({0u, 4u});
    shape.patch_percent = random.pick({0u, 40u});
    shape.call_percent = random.pick({0u, 0u, 20u});
    shape.translates = random.percent(40);
    shape.changes_mode = shape.translates && random.percent(40);
    shape.stores_to_code = random.percent(20);
    compare(all[random.below(all.size())], shape, seed, 12000, totals);
  }
  check_worth(totals, 2);
  WARN(programs << " programs, " << totals.cycles << " cycles, of these fast "
                << totals.fast_cycles);
}
