// Fetches that fail: what the memory stage and the second half of an instruction make of it.
#include <catch2/catch.hpp>

#include "models/mmu/pte.hpp"
#include "pipeline_bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;
using Op = Operation;

namespace {

constexpr std::uint64_t start = PipelineBench::start;
constexpr std::uint64_t handler = start + 0x2000;
constexpr std::uint64_t root_table = start + 0x10000;
constexpr std::uint64_t middle_table = root_table + 0x1000;
constexpr std::uint64_t leaf_table = root_table + 0x2000;
constexpr std::uint64_t data = start + 0x100000;
constexpr std::uint64_t device = 0x0200'4000;  // mtimecmp
/// Behind the only megapage that is mapped.
constexpr std::uint64_t next_page = start + 0x200000;
/// In M while `next_page` is in F.
constexpr std::uint64_t waiting = next_page - 12;

enum class Stages { one, two };

/// A bench in which the walk for a fetch at `next_page` fails: at one stage because of a reserved
/// bit, at two because nothing is there.
class WalkFails {
 public:
  WalkFails(Stages stages, const HartConfig& hart) : bench_({}, hart) {
    bench_.store<std::uint64_t>(root_table, 0xc7);
    bench_.store<std::uint64_t>(root_table + 16, (middle_table >> 2) | 1);
    bench_.store<std::uint64_t>(middle_table, (start >> 2) | 0xcf);
    bench_.store<std::uint64_t>(middle_table + 8, (leaf_table >> 2) | 1 | pte::accessed);
    enter_sv39(bench_, root_table, handler);
    Core& core = bench_.core();
    if (stages == Stages::two) {
      bench_.store<std::uint64_t>(middle_table + 8, 0);
      core.csrs.state.vsatp = core.csrs.state.satp;
      core.set_mode(PrivilegeMode::virtual_supervisor);
    }
    bench_.store<std::uint64_t>(data, 40);
    bench_.store<std::uint64_t>(data + 56, 0x1122334455667788);
    bench_.store<std::uint64_t>(data + 64, 0x99);
    bench_.store<std::uint64_t>(data + 128, 50);
    core.x[5] = data;
    core.x[6] = device;
    core.x[7] = next_page - 24;
    core.x[10] = 0x123;
  }

  Core& core() { return bench_.core(); }
  PipelineBench& bench() { return bench_; }
  std::uint64_t memory(std::uint64_t address) {
    std::uint64_t value = 0;
    std::memcpy(&value, &bench_.platform().ram()[address - start], sizeof value);
    return value;
  }
  /// Cycles from the commit of the instruction before `waiting` to its own.
  std::uint64_t run(std::uint32_t instruction) {
    bench_.place(start, {make(Op::jalr, 0, 7)});
    // Its own lines and translations are there already.
    bench_.place(next_page - 24, {make(Op::ld, 8, 5), make(Op::ld, 8, 5, 64), nop(), instruction});
    bench_.place(next_page - 8, {nop(), nop()});
    bench_.run(2000);
    CHECK(bench_.event_at(next_page).kind == PipelineEvent::Kind::exception);
    CHECK(bench_.event_at(next_page).cause == 12);
    unsigned events = 0;
    for (const PipelineEvent& event : bench_.events()) events += event.pc == waiting ? 1 : 0;
    CHECK(events == 1);
    CHECK(bench_.event_at(waiting).kind == PipelineEvent::Kind::retired);
    return bench_.cycle_of(waiting) - bench_.cycle_of(waiting - 4);
  }

 private:
  PipelineBench bench_;
};

}  // namespace

TEST_CASE("walks: what waits in M for a fetch's walk that fails makes its access") {
  const Stages stages = GENERATE(Stages::one, Stages::two);
  HartConfig hart = reference_hart();
  if (stages == Stages::two) hart.extensions = parse_isa_string("rv64imach_zicsr_zifencei");
  hart.misaligned = MisalignedAccess::hardware;
  INFO("stages: " << (stages == Stages::one ? 1 : 2));
  const std::uint64_t cycles = WalkFails(stages, hart).run(nop());
  WalkFails fails(stages, hart);

  SECTION("load") {
    CHECK(fails.run(make(Op::ld, 11, 5)) == cycles);
    CHECK(fails.core().x[11] == 40);
  }
  SECTION("load that misses") {
    CHECK(fails.run(make(Op::ld, 11, 5, 128)) == cycles + 10);
    CHECK(fails.core().x[11] == 50);
  }
  SECTION("load in two lines") {
    CHECK(fails.run(make(Op::ld, 11, 5, 60)) == cycles + 1);
    CHECK(fails.core().x[11] == 0x9911223344);
  }
  SECTION("store") {
    CHECK(fails.run(make(Op::sd, 0, 5, 0, 10)) == cycles);
    CHECK(fails.memory(data) == 0x123);
  }
  SECTION("store that misses") {
    CHECK(fails.run(make(Op::sd, 0, 5, 128, 10)) == cycles + 10);
    CHECK(fails.memory(data + 128) == 0x123);
  }
  SECTION("atomic") {
    CHECK(fails.run(make(Op::amoadd_d, 11, 5, 0, 10)) == cycles);
    CHECK(fails.core().x[11] == 40);
    CHECK(fails.memory(data) == 40 + 0x123);
  }
  SECTION("device") {
    fails.run(make(Op::sd, 0, 6, 0, 10));
    CHECK(fails.bench().platform().next_line_change(Cycle()) != Cycle::never());
  }
  SECTION("fence.i") { CHECK(fails.run(make(Op::fence_i, 0, 0)) >= cycles + 257); }
  CHECK(fails.memory(middle_table) == ((start >> 2) | 0xcf));
  CHECK(fails.memory(middle_table + 8) == (stages == Stages::one ? (leaf_table >> 2) | 0x41 : 0));
}

TEST_CASE("walks: a wfi waits behind a fetch's walk that fails, and is_settled_in_wfi") {
  WalkFails fails(Stages::one, reference_hart());
  fails.core().csrs.state.mie = 0;
  fails.bench().place(start, {make(Op::jalr, 0, 7)});
  fails.bench().place(next_page - 24, {nop(), nop(), nop(), make(Op::wfi, 0, 0), nop(), nop()});
  fails.bench().run(200);
  CHECK(fails.bench().pipeline().is_settled_in_wfi());
}

TEST_CASE("fetch: a first half that faults is followed by the second one, and tells why") {
  constexpr std::uint64_t forbidden = 0x40000000;
  // Cycles from the instruction before the jump to the fault; both lines are there already.
  const auto cycles = [](std::uint64_t offset, std::uint16_t first_half) {
    PipelineBench bench;
    bench.store<std::uint64_t>(root_table + 8, (start >> 2) | 0xc7);
    bench.store<std::uint64_t>(root_table + 16, (start >> 2) | 0xcf);
    enter_sv39(bench, root_table, handler);
    bench.core().x[5] = start + 0x1040;
    bench.core().x[6] = forbidden + 0x1000 + offset;
    bench.place(start, {make(Op::jalr, 0, 5)});
    bench.place(start + 0x1040, {make(Op::jalr, 0, 5, -0x40)});
    bench.place(start + 0x1000, {nop(), make(Op::jalr, 0, 6)});
    bench.store(start + 0x1000 + offset, first_half);
    bench.run(200);
    const PipelineEvent& fault = bench.event_at(forbidden + 0x1000 + offset);
    CHECK(fault.cause == 12);
    CHECK(bench.core().csrs.state.mtval == forbidden + 0x1000 + offset);
    return fault.cycle.value - bench.cycle_of(start + 0x1000);
  };
  constexpr std::uint16_t compressed = 0x0001, half = 0x0013;
  const std::uint64_t in_one_line = cycles(32, half);
  CHECK(cycles(62, compressed) == in_one_line);
  CHECK(cycles(62, half) == in_one_line + 1);
}

TEST_CASE("fetch: when both halves fault the first one counts") {
  PipelineBench bench;
  bench.store<std::uint64_t>(root_table + 8, (middle_table >> 2) | 1);
  bench.store<std::uint64_t>(root_table + 16, (start >> 2) | 0xcf);
  bench.store<std::uint64_t>(middle_table, (leaf_table >> 2) | 1);
  bench.store<std::uint64_t>(leaf_table, (start >> 2) | 0xc7);
  // Behind it, reserved bits.
  bench.store<std::uint64_t>(middle_table + 8, (leaf_table >> 2) | 1 | pte::accessed);
  const std::uint64_t target = 0x40000ffe;
  enter_sv39(bench, root_table, handler);
  bench.core().x[5] = target;
  bench.place(start, {make(Op::jalr, 0, 5)});
  bench.store<std::uint16_t>(start + 0xffe, 0x0013);
  bench.run(300);
  CHECK(bench.event_at(target).cause == 12);
  CHECK(bench.core().csrs.state.mtval == target);
}
