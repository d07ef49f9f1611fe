// Costs of instructions in cycles, against the words of the timing rules. All instructions of a
// test lie in one line, so that the first miss is the only one.
#include <catch2/catch.hpp>

#include "pipeline_bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;
using Op = Operation;

namespace {

constexpr std::uint64_t start = PipelineBench::start;
constexpr std::uint64_t data = start + 0x100000;
constexpr std::uint64_t device = 0x10060000;
constexpr std::uint64_t handler = start + 0x2000;

std::uint32_t add(unsigned rd, unsigned rs1, unsigned rs2) {
  Operands operands;
  operands.rd = static_cast<std::uint8_t>(rd);
  operands.rs1 = static_cast<std::uint8_t>(rs1);
  operands.rs2 = static_cast<std::uint8_t>(rs2);
  return encode(Op::add, operands);
}

}  // namespace

TEST_CASE("reset: the first instruction commits in cycle 13, then one a cycle") {
  PipelineBench bench;
  bench.place(start, {nop(), nop(), nop()});
  bench.run(20);
  CHECK(bench.cycle_of(start) == 13);
  CHECK(bench.gap_behind(0) == 1);
  CHECK(bench.gap_behind(1) == 1);
}

TEST_CASE("load: a miss costs 10, the use behind it 1") {
  PipelineBench bench;
  bench.core().x[5] = data;
  bench.place(start, {nop(), make(Op::ld, 6, 5), add(7, 6, 6), make(Op::ld, 6, 5), nop(),
                      add(7, 6, 6), make(Op::ld, 6, 5), make(Op::addi, 7, 0, 6), nop()});
  bench.run(60);
  CHECK(bench.gap_behind(0) == 11);
  CHECK(bench.gap_behind(1) == 2);
  CHECK(bench.gap_behind(2) == 1);
  CHECK(bench.gap_behind(4) == 1);
  // The immediate 6 lies where a second register would.
  CHECK(bench.gap_behind(6) == 2);
}

TEST_CASE("load behind a store waits a cycle, store behind a store does not") {
  PipelineBench bench;
  bench.core().x[5] = data;
  bench.place(start, {make(Op::ld, 6, 5), make(Op::sd, 0, 5, 0), make(Op::sd, 0, 5, 8),
                      make(Op::ld, 6, 5, 16), nop()});
  bench.run(60);
  CHECK(bench.gap_behind(1) == 1);
  CHECK(bench.gap_behind(2) == 2);
}

TEST_CASE("division: 17 cycles more, 9 for words, 1 for a divisor of zero") {
  PipelineBench bench;
  bench.core().x[5] = 1000;
  bench.core().x[6] = 0x1'0000'0000;
  bench.place(start, {nop(), make(Op::div, 7, 5, 0, 5), make(Op::divw, 7, 5, 0, 5),
                      make(Op::rem, 7, 5, 0, 0), make(Op::remw, 7, 5, 0, 6), nop()});
  bench.run(80);
  CHECK(bench.gap_behind(0) == 18);
  CHECK(bench.gap_behind(1) == 10);
  CHECK(bench.gap_behind(2) == 2);
  CHECK(bench.gap_behind(3) == 2);
  CHECK(bench.gap_behind(4) == 1);
}

TEST_CASE("control: taken 3 cycles, not taken 1, CSR writes and fences 4") {
  PipelineBench bench;
  bench.place(start, {make(Op::beq, 0, 0, 4), make(Op::bne, 0, 0, 4), make(Op::jal, 0, 0, 4),
                      make(Op::csrrw, 0, 0, 0x340), make(Op::csrrs, 0, 0, 0x340),
                      make(Op::fence, 0, 0), nop()});
  bench.run(60);
  CHECK(bench.gap_behind(0) == 3);
  CHECK(bench.gap_behind(1) == 1);
  CHECK(bench.gap_behind(2) == 3);
  CHECK(bench.gap_behind(3) == 4);
  CHECK(bench.gap_behind(4) == 1);
  CHECK(bench.gap_behind(5) == 4);
}

TEST_CASE("gshare: a loop's branch costs nothing once it is known") {
  PipelineSettings settings;
  settings.predictor = Predictor::gshare;
  PipelineBench bench(settings);
  bench.core().x[5] = 100;
  bench.place(start, {make(Op::addi, 5, 5, -1), nop(), make(Op::bne, 0, 5, -8), nop()});
  bench.run(600);
  // All but the first dozen rounds (the history has ten bits) are 3 cycles long.
  const std::uint64_t cycles = bench.cycle_of(start + 12) - bench.cycle_of(start);
  CHECK(cycles >= 300);
  CHECK(cycles <= 300 + 12 * 2 + 4);
}

TEST_CASE("devices: 3 cycles, and the value of the data cycle") {
  PipelineBench bench;
  bench.core().x[5] = device;
  bench.core().x[6] = 0x0200bff8;
  bench.place(start, {nop(), make(Op::sw, 0, 5), make(Op::ld, 7, 6), nop()});
  bench.run(40);
  CHECK(bench.gap_behind(0) == 3);
  CHECK(bench.gap_behind(1) == 4);
  CHECK(bench.core().x[7] == bench.cycle_of(start + 8) - 1);
}

TEST_CASE(
    "traps: the handler commits 4 cycles later if it hits, and nothing of the victim happens") {
  PipelineBench bench;
  bench.core().csrs.state.mtvec = start + 0x20;
  bench.core().x[5] = data;
  bench.place(start, {make(Op::ld, 6, 5, 1), nop()});
  bench.place(start + 0x20, {make(Op::jal, 0, 0, 0)});
  bench.run(40);
  const PipelineEvent& trap = bench.event_at(start);
  CHECK(trap.kind == PipelineEvent::Kind::exception);
  CHECK(trap.cause == 4);
  CHECK(bench.cycle_of(start + 0x20) == trap.cycle.value + 4);
  CHECK(bench.core().csrs.state.mtval == data + 1);
}

TEST_CASE("interrupts: taken at the first valid instruction in the line's first cycle") {
  for (std::uint64_t arrival = 14; arrival < 21; ++arrival) {
    PipelineBench bench;
    Core& core = bench.core();
    core.csrs.state.mtvec = start + 0x20;
    core.csrs.state.mstatus |= mstatus::mie;
    core.csrs.state.mie = interrupt::mti;
    bench.platform().write(PhysicalAddress(0x02004000), 8, arrival, Cycle());
    bench.place(start, {nop(), nop(), nop(), nop(), nop(), nop(), nop(), nop()});
    bench.place(start + 0x20, {make(Op::jal, 0, 0, 0)});
    bench.run(40);
    INFO("arrival in cycle " << arrival);
    const std::uint64_t victim = start + 4 * (arrival - 13);
    CHECK(bench.event_at(victim).kind == PipelineEvent::Kind::interrupt);
    CHECK(bench.cycle_of(victim) == arrival);
    CHECK(core.csrs.state.mepc == victim);
  }
}

TEST_CASE("wfi: waits without limit in M-mode, for a limited time in U-mode") {
  PipelineSettings settings;
  settings.wfi_time_limit = 100;
  for (const PrivilegeMode mode : {PrivilegeMode::machine, PrivilegeMode::user}) {
    PipelineBench bench(settings);
    bench.core().csrs.state.mtvec = start + 0x20;
    bench.core().csrs.pmp.write_address(0, ~std::uint64_t{0});
    bench.core().csrs.pmp.write_config(0, 0x1f);
    bench.core().set_mode(mode);
    bench.place(start, {make(Op::wfi, 0, 0), nop()});
    bench.run(300);
    if (mode == PrivilegeMode::machine) {
      CHECK(bench.events().empty());
    } else {
      CHECK(bench.event_at(start).kind == PipelineEvent::Kind::exception);
      CHECK(bench.event_at(start).cause == 2);
      CHECK(bench.cycle_of(start) == 113);
    }
  }
}

TEST_CASE("instruction cache: what was stored is fetched only behind fence.i") {
  const std::uint32_t one = make(Op::addi, 10, 0, 1);
  const std::uint32_t two = make(Op::addi, 10, 0, 2);
  for (const bool fenced : {false, true}) {
    PipelineBench bench;
    bench.core().x[5] = start;
    bench.core().x[6] = two;
    bench.place(start, {make(Op::sw, 0, 5, 12, 6), fenced ? make(Op::fence_i, 0, 0) : nop(), nop(),
                        one, make(Op::jal, 0, 0, 0)});
    bench.run(400);
    INFO((fenced ? "with fence.i" : "without"));
    CHECK(bench.core().x[10] == (fenced ? 2 : 1));
  }
}

TEST_CASE("instruction cache: the bus does not see what a dirty line of the data cache holds") {
  const std::uint32_t old_instruction = make(Op::addi, 10, 0, 1);
  const std::uint32_t new_instruction = make(Op::addi, 10, 0, 2);
  constexpr std::uint64_t target = start + 0x40;
  for (const bool fenced : {false, true}) {
    PipelineBench bench;
    bench.core().x[5] = target;
    bench.core().x[6] = new_instruction;
    bench.place(start, {make(Op::sw, 0, 5, 0, 6), fenced ? make(Op::fence_i, 0, 0) : nop(),
                        make(Op::jal, 0, 0, 0x38)});
    bench.place(target, {old_instruction, make(Op::jal, 0, 0, 0)});
    bench.run(400);
    INFO((fenced ? "with fence.i" : "without"));
    CHECK(bench.core().x[10] == (fenced ? 2 : 1));
    CHECK(bench.event_at(target).bits == (fenced ? new_instruction : old_instruction));
  }
}

TEST_CASE("caches hold what a loader or debugger has written to memory") {
  const std::uint32_t one = make(Op::addi, 10, 0, 1);
  const std::uint32_t two = make(Op::addi, 10, 0, 2);
  for (const bool told : {false, true}) {
    PipelineBench bench;
    bench.place(start, {one, make(Op::jal, 0, 0, -4)});
    bench.run(40);
    bench.place(start, {two});
    if (told) bench.pipeline().memory_written(PhysicalAddress(start), 4);
    bench.run(40);
    INFO((told ? "told" : "not told"));
    CHECK(bench.core().x[10] == (told ? 2 : 1));
  }
}

TEST_CASE("without caches every access takes one cycle, and fetches see stores") {
  PipelineSettings settings;
  settings.instruction_cache.presence = settings.data_cache.presence = CachePresence::off;
  PipelineBench bench(settings);
  bench.core().x[5] = start;
  bench.core().x[6] = make(Op::addi, 10, 0, 2);
  bench.place(start, {make(Op::sw, 0, 5, 24, 6), make(Op::ld, 7, 5), nop(), nop(), nop(), nop(),
                      make(Op::addi, 10, 0, 1), make(Op::jal, 0, 0, 0)});
  bench.run(40);
  CHECK(bench.cycle_of(start) == 3);
  CHECK(bench.gap_behind(0) == 2);
  CHECK(bench.gap_behind(1) == 1);
  CHECK(bench.core().x[10] == 2);
}

TEST_CASE("memory with wait states: each beat of a line waits") {
  PipelineSettings settings;
  settings.memory_latency = 5;
  settings.memory_beat = 3;
  PipelineBench bench(settings);
  bench.core().x[5] = data;
  bench.place(start, {nop(), make(Op::ld, 6, 5), nop()});
  bench.run(200);
  constexpr std::uint64_t further = 5 + 7 * 3;
  CHECK(bench.cycle_of(start) == 13 + further);
  CHECK(bench.gap_behind(0) == 11 + further);
}

namespace {

constexpr std::uint64_t root_table = start + 0x10000;
constexpr std::uint64_t gigapage = (start >> 2) | 0xcf;

}  // namespace

TEST_CASE("Sv39: a gigapage is walked in 5 cycles when the table hits") {
  PipelineBench bench;
  bench.store<std::uint64_t>(root_table + 16, gigapage);
  bench.store<std::uint64_t>(root_table + 8, gigapage);
  enter_sv39(bench, root_table, handler);
  bench.core().x[5] = 0x40000000 + 0x10000 + 16;
  bench.place(start, {nop(), make(Op::ld, 6, 5), nop()});
  bench.run(100);
  CHECK(bench.gap_behind(0) == 6);
  CHECK(bench.core().x[6] == gigapage);
}

TEST_CASE("Sv39: page tables where there is no memory are access faults") {
  SECTION("of a load") {
    PipelineBench bench;
    bench.store<std::uint64_t>(root_table + 16, gigapage);
    bench.store<std::uint64_t>(root_table + 8, (0x40000000 >> 2) | 1);
    enter_sv39(bench, root_table, handler);
    bench.core().x[5] = 0x40000000;
    bench.place(start, {nop(), make(Op::ld, 6, 5), nop()});
    bench.run(100);
    CHECK(bench.event_at(start + 4).kind == PipelineEvent::Kind::exception);
    CHECK(bench.event_at(start + 4).cause == 5);
  }
  SECTION("of a fetch") {
    PipelineBench bench;
    enter_sv39(bench, 0x40000000, handler);
    bench.run(100);
    CHECK(bench.event_at(start).kind == PipelineEvent::Kind::exception);
    CHECK(bench.event_at(start).cause == 1);
  }
}

TEST_CASE("Sv39: reserved bits in an entry that points to a table are a page fault") {
  PipelineBench bench;
  bench.store<std::uint64_t>(root_table + 16, gigapage);
  bench.store<std::uint64_t>(root_table + 8, ((root_table + 0x1000) >> 2) | 1 | pte::accessed);
  // Behind the bad entry everything is in order.
  bench.store<std::uint64_t>(root_table + 0x1000, gigapage);
  enter_sv39(bench, root_table, handler);
  bench.core().x[5] = 0x40000000;
  bench.place(start, {nop(), make(Op::sd, 0, 5), nop()});
  bench.run(100);
  CHECK(bench.event_at(start + 4).cause == 15);
}

TEST_CASE("Sv39: an instruction in two pages whose second one is missing faults there") {
  PipelineBench bench;
  constexpr std::uint64_t middle_table = root_table + 0x1000;
  constexpr std::uint64_t leaf_table = root_table + 0x2000;
  bench.store<std::uint64_t>(root_table + 16, (middle_table >> 2) | 1);
  bench.store<std::uint64_t>(middle_table, (leaf_table >> 2) | 1);
  bench.store<std::uint64_t>(leaf_table, (start >> 2) | 0xcf);
  enter_sv39(bench, root_table, handler);
  bench.place(start, {make(Op::jal, 0, 0, 0xffe)});
  bench.store<std::uint16_t>(start + 0xffe, 0x0013);
  bench.run(300);
  const PipelineEvent& event = bench.event_at(start + 0xffe);
  CHECK(event.kind == PipelineEvent::Kind::exception);
  CHECK(event.cause == 12);
  CHECK(bench.core().csrs.state.mtval == start + 0x1000);
}
