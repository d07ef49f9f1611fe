// Time as seen from outside the hart: horizons, interrupts in exactly their cycle, WFI, Sstc.
#include <catch2/catch.hpp>
#include <stdexcept>

#include "tests/models/hart/program_bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;
using Op = Operation;

namespace {

const std::uint32_t nop = code_of(Op::addi);
constexpr std::uint16_t mstatus_number = 0x300;
constexpr std::uint16_t mie_number = 0x304;
constexpr std::uint16_t mip_number = 0x344;
constexpr unsigned mtip = 7;

/// A loop with instructions of every cost: loads, uses, stores, a division, a device access, a
/// taken branch, a CSR write.
std::vector<std::uint32_t> mixed_loop() {
  return {code_of(Op::addi, 5, 5, 0, 1),      code_of(Op::ld, 6, 10),
          code_of(Op::add, 7, 6, 5),          code_of(Op::sd, 0, 10, 7),
          code_of(Op::ld, 6, 10, 0, 3),       code_of(Op::div, 8, 5, 12),
          code_of(Op::sw, 0, 11, 5),          code_of(Op::lw, 9, 11),
          code_of(Op::csrrw, 0, 5, 0, 0x340), code_of(Op::jal, 0, 0, 0, -36)};
}

/// Runs the loop with the timer line high in [rise, fall), in steps of at most `step` cycles.
std::vector<std::string> history_with_line(std::uint64_t rise, std::uint64_t fall,
                                           std::uint64_t step) {
  ProgramBench bench;
  Hart& hart = bench.hart();
  bench.program(mixed_loop());
  // The handler returns at once; while the line is high the interrupt is taken again.
  bench.put(ProgramBench::vector, {code_of(Op::addi, 20, 20, 0, 1), code_of(Op::mret)});
  hart.set_x(10, ProgramBench::data);
  hart.set_x(11, ProgramBench::device);
  hart.set_x(12, 3);
  hart.set_csr(mie_number, 1 << mtip);
  hart.set_csr(mstatus_number, 1 << 3);
  const std::uint64_t end = 200;
  while (hart.now() < Cycle(end)) {
    const std::uint64_t now = hart.now().value;
    hart.set_interrupt_line(mtip, now >= rise && now < fall);
    std::uint64_t horizon = std::min(end, now + step);
    for (const std::uint64_t change : {rise, fall}) {
      if (change > now) horizon = std::min(horizon, change);
    }
    // A device access may end after the change: the platform samples the line again when the access
    // is done.
    bench.on_device_write = [&](PhysicalAddress, Cycle done) {
      hart.set_interrupt_line(mtip, done.value >= rise && done.value < fall);
      if (done.value >= fall) {
        hart.set_horizon(Cycle(end));
      } else {
        hart.set_horizon(Cycle(done.value >= rise ? fall : rise));
      }
    };
    bench.run_until(horizon);
  }
  return bench.history;
}

}  // namespace

TEST_CASE("run executes the cycles before the horizon and no others") {
  ProgramBench bench;
  bench.program({nop, nop, nop, nop});
  CHECK(bench.run_until(3) == Hart::Stop::horizon);
  CHECK(bench.retired.empty());
  CHECK(bench.run_until(4) == Hart::Stop::horizon);
  CHECK(bench.retired.size() == 1);
  CHECK(bench.hart().now() == Cycle(4));
  CHECK(bench.run_until(4) == Hart::Stop::horizon);
  CHECK(bench.retired.size() == 1);
}

TEST_CASE("horizons change nothing: every step width, every arrival of the line") {
  for (std::uint64_t rise = 20; rise < 80; ++rise) {
    CAPTURE(rise);
    const auto reference = history_with_line(rise, rise + 9, 1);
    CHECK(history_with_line(rise, rise + 9, 2) == reference);
    CHECK(history_with_line(rise, rise + 9, 7) == reference);
    CHECK(history_with_line(rise, rise + 9, 1000) == reference);
  }
}

TEST_CASE("an interrupt is taken in the first memory-stage cycle in which its line is high") {
  ProgramBench quiet;
  quiet.program(mixed_loop());
  quiet.hart().set_x(10, ProgramBench::data);
  quiet.hart().set_x(11, ProgramBench::device);
  quiet.hart().set_x(12, 3);
  quiet.run_until(120);
  for (std::uint64_t rise = 10; rise < 90; ++rise) {
    CAPTURE(rise);
    const auto with = history_with_line(rise, 1000, 1000);
    std::string trap;
    for (const std::string& line : with) {
      if (trap.empty() && line.rfind("trap", 0) == 0) trap = line;
    }
    // Without interrupts, the victim would have retired no earlier than the line rose.
    std::uint64_t cycle = 0;
    std::uint64_t epc = 0;
    REQUIRE(std::sscanf(trap.c_str(), "trap %lu %lu", &cycle, &epc) == 2);
    CHECK(cycle >= rise);
    std::size_t victim = 0;
    while (quiet.retired[victim].pc.value != epc || quiet.retired[victim].cycle.value < rise) {
      ++victim;
    }
    REQUIRE(victim > 0);
    // Everything before it had entered the memory stage while the line was low.
    const Retire& before = quiet.retired[victim - 1];
    const bool device = before.access.physical.value == ProgramBench::device;
    const std::uint64_t stay = device ? quiet.device_cycles + 1 : 0;
    CHECK(before.cycle.value - stay < rise);
    CHECK(cycle <= quiet.retired[victim].cycle.value);
  }
}

TEST_CASE("a store that moves the horizon takes effect at once") {
  ProgramBench bench;
  bench.program({code_of(Op::sw, 0, 11, 0), nop, nop});
  bench.hart().set_x(11, ProgramBench::device);
  Cycle done;
  bench.on_device_write = [&](PhysicalAddress, Cycle at) {
    done = at;
    bench.hart().set_horizon(at);
  };
  CHECK(bench.run_until(1000) == Hart::Stop::horizon);
  CHECK(done > Cycle());
  CHECK(bench.hart().now() == done);
  for (const Retire& retired : bench.retired) CHECK(retired.cycle < done);
}

TEST_CASE("request_stop ends a run after the current instruction, or the next run at once") {
  ProgramBench bench;
  bench.program({code_of(Op::sw, 0, 11, 0), nop, nop});
  bench.hart().set_x(11, ProgramBench::device);
  bench.on_device_write = [&](PhysicalAddress, Cycle) { bench.hart().request_stop(); };
  CHECK(bench.run_until(1000) == Hart::Stop::requested);
  CHECK(bench.retired.size() == 1);
  bench.hart().request_stop();
  CHECK(bench.run_until(1000) == Hart::Stop::requested);
  CHECK(bench.retired.size() == 1);
}

TEST_CASE("wfi waits in the memory stage, retires when an interrupt is pending, then the trap") {
  ProgramBench bench;
  Hart& hart = bench.hart();
  bench.program({code_of(Op::wfi), nop});
  hart.set_csr(mie_number, 1 << mtip);
  hart.set_csr(mstatus_number, 1 << 3);
  CHECK(bench.run_until(1000) == Hart::Stop::waiting);
  CHECK(hart.waiting());
  hart.idle_until(Cycle(50));
  CHECK(bench.run_until(1000) == Hart::Stop::waiting);
  hart.idle_until(Cycle(100));
  hart.set_interrupt_line(mtip, true);
  bench.run_until(102);
  REQUIRE(bench.idles.size() == 1);
  CHECK(bench.idles[0].cycle == Cycle(3));
  CHECK(bench.idles[0].until == Cycle(100));
  REQUIRE(bench.retired.size() == 1);
  CHECK(bench.retired[0].cycle == Cycle(100));
  REQUIRE(bench.traps.size() == 1);
  CHECK(bench.traps[0].cycle == Cycle(101));
  CHECK(bench.traps[0].epc.value == ProgramBench::start + 4);
  CHECK_FALSE(hart.waiting());
}

TEST_CASE("wfi with an interrupt pending does not wait and is not idle time") {
  ProgramBench bench;
  bench.program({code_of(Op::wfi), nop});
  bench.hart().set_csr(mie_number, 1 << mtip);
  bench.hart().set_interrupt_line(mtip, true);
  bench.run(2);
  CHECK(bench.cost(1) == 1);
  CHECK(bench.idles.empty());
}

TEST_CASE("the clock of a hart moves only while it waits, and only forward") {
  ProgramBench bench;
  bench.program({code_of(Op::wfi)});
  CHECK_THROWS_AS(bench.hart().idle_until(Cycle(10)), std::logic_error);
  bench.run_until(1000);
  CHECK_THROWS_AS(bench.hart().idle_until(Cycle(2)), std::logic_error);
  CHECK_THROWS_AS(bench.hart().set_interrupt_line(5, true), std::invalid_argument);
}

TEST_CASE("Sstc: the comparator interrupts in its cycle, without any line") {
  const std::uint64_t deadline = 12;
  for (unsigned padding = 0; padding < 12; ++padding) {
    CAPTURE(padding);
    ProgramBench bench;
    Hart& hart = bench.hart();
    // Supervisor timer interrupts go to M-mode here: not delegated.
    hart.set_csr(0x30a, std::uint64_t{1} << 63);
    hart.set_csr(mie_number, 1 << 5);
    hart.set_csr(mstatus_number, 1 << 3);
    hart.set_csr(0x14d, deadline);
    bench.program(std::vector<std::uint32_t>(200, nop));
    hart.set_pc(VirtualAddress(ProgramBench::start + 4 * padding));
    CHECK(hart.next_timer_event() == Cycle(deadline * ProgramBench::prescale));
    bench.run_until(150);
    REQUIRE(bench.traps.size() == 1);
    CHECK(bench.traps[0].cycle == Cycle(deadline * ProgramBench::prescale));
    CHECK(bench.traps[0].cause == (Trap::interrupt_bit | 5));
  }
}

TEST_CASE("Sstc wakes a waiting hart, a later stimecmp clears the interrupt") {
  ProgramBench bench;
  Hart& hart = bench.hart();
  hart.set_csr(0x30a, std::uint64_t{1} << 63);
  hart.set_csr(mie_number, 1 << 5);
  hart.set_csr(0x14d, 20);
  hart.set_x(12, 1000);
  bench.program({code_of(Op::wfi), code_of(Op::csrrs, 5, 0, 0, mip_number),
                 code_of(Op::csrrw, 0, 12, 0, 0x14d), code_of(Op::csrrs, 6, 0, 0, mip_number)});
  REQUIRE(bench.run_until(10'000) == Hart::Stop::waiting);
  REQUIRE(hart.next_timer_event() == Cycle(200));
  hart.idle_until(hart.next_timer_event());
  bench.run(4);
  CHECK(bench.retired[0].cycle == Cycle(200));
  CHECK(hart.x(5) == 1 << 5);
  CHECK(hart.x(6) == 0);
  CHECK(hart.next_timer_event() == Cycle(10'000));
}

TEST_CASE("Sstc: a stalled instruction is interrupted in the cycle of the match") {
  for (unsigned padding = 0; padding < 4; ++padding) {
    CAPTURE(padding);
    ProgramBench bench;
    bench.hart().set_csr(0x30a, std::uint64_t{1} << 63);
    bench.hart().set_csr(mie_number, 1 << 5);
    bench.hart().set_csr(mstatus_number, 1 << 3);
    bench.hart().set_csr(0x14d, 2);
    bench.hart().set_x(10, ProgramBench::data);
    // Loads and uses: every other memory-stage cycle is a stall.
    std::vector<std::uint32_t> words(padding, nop);
    for (unsigned i = 0; i < 20; ++i) {
      words.push_back(code_of(Op::ld, 5, 10));
      words.push_back(code_of(Op::add, 6, 5, 5));
    }
    bench.program(words);
    bench.run_until(40);
    REQUIRE(bench.traps.size() >= 1);
    CHECK(bench.traps[0].cycle.value >= 20);
    CHECK(bench.traps[0].cycle.value <= 21);
    CHECK(bench.retired[bench.retired.size() / 2].cycle.value < 40);
    for (const Retire& event : bench.retired) {
      if (event.pc.value < ProgramBench::vector) CHECK(event.cycle.value < 20);
    }
  }
}

TEST_CASE("Sstc: a store to the timer moves the comparison at once") {
  ProgramBench bench;
  Hart& hart = bench.hart();
  hart.set_csr(0x30a, std::uint64_t{1} << 63);
  hart.set_csr(mie_number, 1 << 5);
  hart.set_csr(mstatus_number, 1 << 3);
  hart.set_csr(0x14d, 1000);
  hart.set_x(11, ProgramBench::device);
  bench.program({nop, code_of(Op::sw, 0, 11, 0), nop, nop});
  bench.on_device_write = [&](PhysicalAddress, Cycle) { bench.time_offset = 5000; };
  bench.run_until(100);
  REQUIRE(bench.traps.size() == 1);
  CHECK(bench.traps[0].epc.value == ProgramBench::start + 8);
  CHECK(bench.traps[0].cycle == bench.retired[1].cycle + Cycle(1));
}

TEST_CASE("Sstc: a match persists, and no software bit remains under the comparator") {
  ProgramBench bench;
  Hart& hart = bench.hart();
  hart.set_csr(mip_number, 1 << 5);
  CHECK(*hart.csr(mip_number) == 1 << 5);
  hart.set_csr(0x14d, 5);
  hart.set_csr(0x30a, std::uint64_t{1} << 63);
  CHECK(*hart.csr(mip_number) == 0);
  bench.program(std::vector<std::uint32_t>(100, nop));
  bench.run_until(60);
  CHECK(*hart.csr(mip_number) == 1 << 5);
  CHECK(hart.next_timer_event() == Cycle::never());
  hart.set_csr(0x30a, 0);
  CHECK(*hart.csr(mip_number) == 0);
}

TEST_CASE("vstimecmp compares with time plus htimedelta, also where the sum wraps") {
  ProgramBench bench;
  Hart& hart = bench.hart();
  const std::uint64_t stce = std::uint64_t{1} << 63;
  hart.set_csr(0x30a, stce);
  hart.set_csr(0x60a, stce);
  hart.set_csr(0x14d, ~std::uint64_t{0});
  hart.set_csr(0x605, static_cast<std::uint64_t>(-5));
  hart.set_csr(0x24d, 3);
  // time 0: the guest sees -5, which is not less than 3 as an unsigned number.
  CHECK((*hart.csr(0x644) & 0x40) == 0x40);
  CHECK(hart.next_timer_event() == Cycle(50));
  bench.program(std::vector<std::uint32_t>(400, nop));
  bench.run_until(51);
  CHECK((*hart.csr(0x644) & 0x40) == 0);
  CHECK(hart.next_timer_event() == Cycle(80));
  bench.run_until(81);
  CHECK((*hart.csr(0x644) & 0x40) == 0x40);
}

TEST_CASE("unobserved runs take the same cycles") {
  ProgramBench seen;
  ProgramBench unseen("rv64imac_zicsr_zifencei_zicntr_sstc_h", ProgramBench::Observation::off);
  for (ProgramBench* bench : {&seen, &unseen}) {
    bench->program(mixed_loop());
    bench->hart().set_x(10, ProgramBench::data);
    bench->hart().set_x(11, ProgramBench::device);
    bench->hart().set_x(12, 3);
    bench->run_until(5000);
  }
  CHECK(seen.hart().now() == unseen.hart().now());
  CHECK(seen.hart().instructions_retired() == unseen.hart().instructions_retired());
  CHECK(seen.hart().instructions_retired() == seen.retired.size());
  for (unsigned n = 0; n < 32; ++n) CHECK(seen.hart().x(n) == unseen.hart().x(n));
}

TEST_CASE("reset: M-mode, interrupts off, a0 and a1 set, the clock continues") {
  ProgramBench bench;
  bench.program({nop, nop, nop});
  bench.hart().set_csr(mstatus_number, 1 << 3);
  bench.hart().set_csr(0x180, std::uint64_t{8} << 60);
  bench.run(3);
  const Cycle before = bench.hart().now();
  bench.hart().reset(VirtualAddress(ProgramBench::data), 1, 2);
  CHECK(bench.hart().pc().value == ProgramBench::data);
  CHECK(bench.hart().mode() == PrivilegeMode::machine);
  CHECK(bench.hart().x(10) == 1);
  CHECK(bench.hart().x(11) == 2);
  CHECK((*bench.hart().csr(mstatus_number) & (1 << 3 | 1 << 17)) == 0);
  CHECK(*bench.hart().csr(0x180) == 0);
  CHECK_FALSE(bench.hart().now() < before);
}
