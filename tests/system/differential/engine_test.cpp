// Random programs on the stepped pipeline and on the untimed interpreter, which is itself compared
// with QEMU: both must retire the same instructions with the same effects and take the same traps;
// only the cycles differ. The blocks engine must match the stepped pipeline in every event and
// cycle.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/engines/blocks/blocks_engine.hpp"
#include "models/engines/stepped/stepped_engine.hpp"
#include "models/hart/commit_log.hpp"
#include "models/hart/event_publisher.hpp"
#include "models/hart/execute/trap.hpp"
#include "models/hart/hart.hpp"
#include "models/probe/digest.hpp"
#include "tests/system/differential/generator.hpp"
#include "tests/system/differential/machine.hpp"
#include "tests/system/differential/memory_map.hpp"

using namespace cyclevisor;
using namespace cyclevisor::differential;

namespace {

constexpr std::uint64_t instruction_limit = 20'000;
constexpr Cycle cycle_limit(2'000'000);

/// Only main memory and the finisher.
class Map final : public MemoryMap {
 public:
  MemoryAttributes attributes(PhysicalAddress address) const override {
    MemoryAttributes result;
    const bool memory = address.value - TestBus::memory_base < TestBus::memory_bytes;
    result.cacheable = result.executable = result.atomic = result.answers_fetch = memory;
    result.readable = result.writable = memory || address.value == TestBus::finisher;
    result.sizes = 1 + 2 + 4 + 8;
    return result;
  }
};

/// The retired instructions and traps.
class Record final : public Sink {
 public:
  void on(const Retire& event) override { retired.push_back(event); }
  void on(const Trap& event) override { traps.emplace_back(retired.size(), event); }

  std::vector<Retire> retired;
  /// Each with the number of instructions retired before it.
  std::vector<std::pair<std::size_t, Trap>> traps;
};

struct Options {
  PipelineSettings settings;
  HartConfig hart;
};

/// A run of a program, with its events.
struct Run {
  explicit Run(const Program& program) {
    events.attach(record);
    events.attach(digest);
    bus.load(program.image);
  }
  bool goes_on() const {
    return !bus.finished() && !bus.strayed() && record.retired.size() <= instruction_limit;
  }

  TestBus bus;
  TestClock clock;
  EventStream events;
  Record record;
  DigestSink digest;
};

struct PipelineRun : Run {
  PipelineRun(const Program& program, const HartConfig& config, const EngineFactory& engine)
      : Run(program) {
    Hart hart(config, bus, clock, events, engine);
    hart.reset(VirtualAddress(map::image), 0, 0);
    for (Cycle horizon(1000); horizon < cycle_limit; horizon += Cycle(1000)) {
      hart.set_horizon(horizon);
      if (hart.run() == Hart::Stop::waiting || !goes_on()) break;
    }
  }
};

/// Each step takes a cycle.
class ArchitecturalRun : public Run {
 public:
  ArchitecturalRun(const Program& program, const HartConfig& config)
      : Run(program), core_(config, bus, clock), interpreter_(core_, bus), publisher_(events) {
    core_.reset(map::image, 0, 0);
    publisher_.begin_run(core_);
    for (now_ = Cycle(1); now_ < cycle_limit && goes_on(); now_ += Cycle(1)) {
      if (!step()) break;
    }
  }

 private:
  /// False when a WFI is waiting.
  bool step() {
    if (core_.csrs.next_timer_event() <= now_) core_.csrs.update_timer(now_);
    const Instruction* instruction = interpreter_.fetch(now_);
    if (const auto number = pending_interrupt(core_)) {
      const TakenTrap taken = take_interrupt(core_, *number);
      publisher_.trap(core_, taken, now_, instruction != nullptr ? interpreter_.fetched_bits() : 0);
      return true;
    }
    publisher_.before(core_);
    const Step step =
        instruction != nullptr ? interpreter_.execute(*instruction, now_) : Step::exception;
    if (step == Step::exception) {
      publisher_.trap(core_, take_exception(core_), now_, interpreter_.fetched_bits());
      return true;
    }
    if (step == Step::wait) {
      if (!core_.wakes()) return false;
      core_.retire_wait(*instruction);
    }
    publisher_.retire(core_, *instruction, now_);
    return true;
  }

  Core core_;
  Interpreter interpreter_;
  EventPublisher publisher_;
  Cycle now_;
};

std::string text(const Retire& r) {
  return fmt::format(
      "pc {:x} insn {:x} mode {} x{} = {:x} csr {:x} = {:x} access {} {:x}/{:x} {:x}", r.pc.value,
      r.instruction, name(r.mode), r.rd, r.rd_value, r.csr, r.csr_value,
      static_cast<int>(r.access.kind), r.access.address.value, r.access.physical.value,
      r.access.value);
}
std::string text(const Trap& t) {
  return fmt::format("trap at {:x} cause {:x} tval {:x} tval2 {:x} tinst {:x} {} to {} {:x}",
                     t.epc.value, t.cause, t.tval, t.tval2, t.tinst, name(t.from), name(t.to),
                     t.vector.value);
}

/// Reads of mcycle, cycle and time: from there on the runs may differ.
bool reads_clock(const Retire& r) {
  constexpr std::uint32_t system = 0x73;
  const std::uint32_t number = r.instruction >> 20;
  const bool zicsr = (r.instruction & 0x7f) == system && (r.instruction >> 12 & 3) != 0;
  return zicsr && (number == 0xb00 || number == 0xc00 || number == 0xc01);
}

/// Code that was written since the last fence.i: a fetch there may return old or new bytes. Offsets
/// in a page, since pages may be mapped anywhere.
class StaleCode {
 public:
  void note(const Retire& r) {
    constexpr std::uint32_t fence_i = 0x100f;
    if ((r.instruction & 0x707f) == fence_i) places_.clear();
    const bool writes =
        r.access.kind == MemoryAccess::Kind::store || r.access.kind == MemoryAccess::Kind::amo;
    if (!writes || r.access.physical.value < map::code) return;
    insert(r.access.physical.value);
    insert(r.access.physical.value + r.access.bytes - 1);
  }
  bool holds(VirtualAddress pc) const {
    return places_.count(place(pc.value)) != 0 || places_.count(place(pc.value + 3)) != 0;
  }

 private:
  static std::uint64_t place(std::uint64_t address) { return (address & 0xfff) / 8; }
  void insert(std::uint64_t address) { places_.insert(place(address)); }

  std::set<std::uint64_t> places_;
};

void fail_unless_equal(const std::string& a, const std::string& b, std::size_t instructions) {
  if (a != b) FAIL("after " << instructions << " instructions:\n  " << a << "\n  " << b);
}

/// Requires the same events in the same cycles.
void compare_cycles(const PipelineRun& stepped, const PipelineRun& fast) {
  if (stepped.digest.hex() == fast.digest.hex()) return;
  const auto at = [](const auto& event) {
    return fmt::format("cycle {} {}", event.cycle.value, text(event));
  };
  const Record &a = stepped.record, &b = fast.record;
  for (std::size_t i = 0; i < std::min(a.traps.size(), b.traps.size()); ++i) {
    fail_unless_equal(at(a.traps[i].second), at(b.traps[i].second), a.traps[i].first);
  }
  for (std::size_t i = 0; i < std::min(a.retired.size(), b.retired.size()); ++i) {
    fail_unless_equal(at(a.retired[i]), at(b.retired[i]), i);
  }
  FAIL("the fast engine's events are others");
}

/// Returns the number of compared instructions.
std::size_t compare(const Program& program, const Options& options) {
  static const Map map;
  const ArchitecturalRun plain(program, options.hart);
  const PipelineRun stepped(program, options.hart, stepped_engine(options.settings, map));
  compare_cycles(stepped, PipelineRun(program, options.hart, blocks_engine(options.settings, map)));
  const std::size_t count = std::min(plain.record.retired.size(), stepped.record.retired.size());
  REQUIRE(count > 100);
  StaleCode stale;
  std::size_t trap = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& a = plain.record.traps;
    const auto& b = stepped.record.traps;
    for (; trap < a.size() && trap < b.size() && a[trap].first <= i; ++trap) {
      if (stale.holds(a[trap].second.epc)) return i;
      fail_unless_equal(text(a[trap].second), text(b[trap].second), a[trap].first);
    }
    const Retire& next = plain.record.retired[i];
    if (reads_clock(next) || stale.holds(next.pc)) return i;
    fail_unless_equal(text(next), text(stepped.record.retired[i]), i);
    stale.note(next);
  }
  return count;
}

/// Returns the number of compared instructions.
std::size_t compare_seeds(std::uint64_t first, std::uint64_t last) {
  std::size_t compared = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    ProgramOptions program;
    program.subject = static_cast<Subject>(seed % subject_count);
    Options options;
    // With Svadu, half of the writes to menvcfg set ADUE.
    const std::string isa = "rv64imac_zicsr_zifencei_zicntr_sstc_h";
    options.hart.extensions = parse_isa_string(seed % 4 < 2 ? isa : isa + "_svadu");
    PipelineSettings& settings = options.settings;
    settings.wfi_time_limit = 0;
    if (seed % 2 == 0) settings.tlb_overlap = TlbOverlap::replace;
    if (seed % 3 == 1) settings.predictor = Predictor::gshare;
    if (seed % 5 == 0) settings.instruction_tlb_entries = settings.data_tlb_entries = 0;
    if (seed % 7 == 0) settings.data_cache.presence = CachePresence::off;
    INFO("seed " << seed << " subject " << name(program.subject));
    compared += compare(generate(seed, program), options);
  }
  return compared;
}

}  // namespace

TEST_CASE("random programs do the same on both engines") { CHECK(compare_seeds(1, 12) > 30'000); }

// For scripts/nightly.
TEST_CASE("many random programs do the same on both engines", "[.nightly]") {
  const std::size_t compared = compare_seeds(13, 1000);
  std::printf("instructions compared: %zu\n", compared);
  CHECK(compared > 1'000'000);
}
