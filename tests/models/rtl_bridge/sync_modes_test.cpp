// fast == lockstep: a simple processor model runs random programs against a bridge in each mode.
// All events, including its own, must be the same in the same order.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/models/rtl_bridge/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

struct Instruction {
  enum class Kind { plain, read_time, load, store, arm } kind;
  std::uint64_t gap;  ///< cycles until the next instruction
  std::uint64_t address;
  unsigned bytes;  ///< 0 if it does not access the timer's registers
  std::uint64_t
      data;  ///< the value that a store writes; for `arm` a distance from the current mtime
};

std::vector<Instruction> random_program(unsigned seed, unsigned prescale) {
  using Kind = Instruction::Kind;
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  std::vector<Instruction> program;
  for (int i = 0; i < 3000; ++i) {
    Instruction in{Kind::plain, 1 + below(4), 0, 0, 0};
    const std::uint64_t choice = below(100);
    if (choice < 3) in.gap = below(100 * prescale);
    if (choice >= 60 && choice < 70) in.kind = Kind::read_time;
    if (choice >= 70 && choice < 80) {
      in = {Kind::arm, in.gap, 0x4000, 8, below(60 / prescale + 4) - 3};
    } else if (choice >= 80) {
      // Any register, half, byte or gap.
      in.kind = choice < 90 ? Kind::load : Kind::store;
      const std::uint64_t bases[] = {0x0, 0x4000, 0x4004, 0xbff8, 0xbffc, 0x10};
      const std::uint64_t base = bases[below(std::size(bases))];
      in.bytes = 1u << below(4);
      in.address = base + (base == 0 ? 0 : below(8) & ~std::uint64_t{in.bytes - 1});
      in.data = below(4);
    }
    program.push_back(in);
  }
  return program;
}

/// Runs like the processor model: up to the horizon, then yields to the kernel.
void processor(Bench& b, const std::vector<Instruction>& program) {
  Cycle now(0);
  std::size_t next = 0;
  while (next < program.size()) {
    b.timer.advance_to(now);
    Cycle horizon = b.timer.horizon();
    while (next < program.size() && now < horizon) {
      const Instruction& in = program[next];
      Retire retire;
      retire.pc = VirtualAddress(next++);
      if (in.bytes != 0) {
        const bool store = in.kind != Instruction::Kind::load;
        const std::uint64_t base = in.kind == Instruction::Kind::arm ? b.timer.mtime(now) : 0;
        const Result r = b.access(store ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND,
                                  in.address, in.bytes, base + in.data, now - cycle_now());
        if (r.done > now) now = r.done - Cycle(1);  // it retires in the transfer's last cycle
        b.timer.advance_to(now);
        horizon = b.timer.horizon();
        retire.rd_value = r.data ^ static_cast<std::uint64_t>(r.status);
      } else if (in.kind == Instruction::Kind::read_time) {
        retire.rd_value = b.timer.mtime(now);
      } else {
        retire.rd_value = (b.timer.mtip() ? 1u : 0u) + (b.timer.msip() ? 2u : 0u);
      }
      retire.cycle = now;
      b.events.publish(retire);
      now += Cycle(in.gap);
    }
    if (now > cycle_now()) sc_core::wait(static_cast<double>((now - cycle_now()).value) * period);
  }
}

void compare(unsigned seed, unsigned prescale) {
  const std::vector<Instruction> program = random_program(seed, prescale);
  BothModes both(prescale);
  both.thread([&](Bench& b) { processor(b, program); });
  REQUIRE(both.run(200000));
  const Cycle end = both.lockstep.timer.rtl().now();  // compare what follows the programs too
  for (Bench* bench : {&both.fast, &both.lockstep}) bench->timer.advance_to(end);
  const auto& fast = both.fast.recorder.lines();
  const auto& lockstep = both.lockstep.recorder.lines();
  CHECK(std::is_sorted(both.fast.recorder.times().begin(), both.fast.recorder.times().end()));
  std::size_t lines = 0;
  for (std::size_t i = 0; i < std::min(fast.size(), lockstep.size()); ++i) {
    INFO("event " << i);
    REQUIRE(fast[i] == lockstep[i]);
    if (fast[i].rfind("line", 0) == 0) ++lines;
  }
  CHECK(fast.size() == lockstep.size());
  CHECK(lines > 100);  // the program does exercise the interrupt lines
}

}  // namespace

TEST_CASE("fast equals lockstep with prescale 1") { compare(1, 1); }
TEST_CASE("fast equals lockstep with prescale 3") { compare(2, 3); }
TEST_CASE("fast equals lockstep with prescale 10") { compare(3, 10); }
TEST_CASE("fast equals lockstep with prescale 10 and another program") { compare(4, 10); }
