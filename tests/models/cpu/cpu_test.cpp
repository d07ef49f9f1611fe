#include "models/cpu/cpu.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>

#include "tests/models/cpu/machine.hpp"

namespace cyclevisor {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

constexpr std::uint16_t mie = 0x304;
constexpr std::uint16_t mtvec = 0x305;

/// A SystemC process outside the platform that acts at one simulated time.
struct Stranger : sc_core::sc_module {
  Stranger(sc_core::sc_module_name name, sc_time at, std::function<void()> action)
      : sc_module(name) {
    sc_core::sc_spawn(
        [at, action] {
          sc_core::wait(at);
          action();
        },
        "process");
  }
};

/// A program that polls the device sees the external change from cycle 100 on: the change is made
/// at 995 ns, in the middle of cycle 99.
void check_poll(SyncMode sync) {
  Machine m(sync, Cycle(200));
  std::uint32_t value = 0;
  m.device.access = [&](tlm::tlm_generic_payload& payload, sc_time&) {
    std::memcpy(payload.get_data_ptr(), &value, 4);
  };
  Stranger stranger("stranger", sc_time(995, SC_NS), [&] { value = 1; });
  m.program(0, {lui(5, device_base >> 12), lw(6, 5, 0), beq(0, 0, -4)});
  m.run();
  REQUIRE(m.recorder.transfers.size() > 20);
  for (const BusTransfer& transfer : m.recorder.transfers) {
    INFO("cycle " << transfer.cycle.value);
    CHECK(transfer.data == (transfer.cycle >= Cycle(100) ? 1u : 0u));
  }
  CHECK(m.cpu.end() == Cpu::End::cycle_limit);
}

TEST_CASE("an external process is observed at its exact time, fast") { check_poll(SyncMode::fast); }
TEST_CASE("an external process is observed at its exact time, lockstep") {
  check_poll(SyncMode::lockstep);
}

TEST_CASE("the hart continues when an annotated delay or a waiting target is done") {
  Machine m(SyncMode::fast, Cycle(200));
  std::vector<sc_time> begun;
  m.device.access = [&](tlm::tlm_generic_payload& payload, sc_time& delay) {
    begun.push_back(sc_core::sc_time_stamp() + delay);
    if (payload.get_address() == 0) {
      delay += sc_time(65, SC_NS);  // 6.5 cycles: the hart continues after the seventh
    } else {
      sc_core::wait(delay);
      sc_core::wait(sc_time(30, SC_NS));
      delay = sc_core::SC_ZERO_TIME;
    }
  };
  m.program(0, {lui(5, device_base >> 12), sw(0, 5, 0), sw(0, 5, 4), loop_here});
  m.run();
  REQUIRE(m.recorder.transfers.size() == 2);
  const BusTransfer& delayed = m.recorder.transfers[0];
  const BusTransfer& waited = m.recorder.transfers[1];
  CHECK(delayed.end == delayed.cycle + Cycle(6));
  CHECK(waited.cycle >= delayed.end + Cycle(1));
  CHECK(waited.end == waited.cycle + Cycle(2));
  CHECK(begun[0] == sc_time(10.0 * delayed.cycle.value, SC_NS));
  CHECK(begun[1] == sc_time(10.0 * waited.cycle.value, SC_NS));
}

TEST_CASE("an access without a target is a precise access fault") {
  Machine m(SyncMode::fast, Cycle(100));
  m.program(0,
            {auipc(5), addi(5, 5, 0x100), csrw(mtvec, 5), lui(6, 0x50000), lw(7, 6, 8), loop_here});
  m.program(0x100, {loop_here});
  m.run();
  REQUIRE(m.recorder.traps.size() == 1);
  const Trap& trap = m.recorder.traps[0];
  CHECK(trap.cause == 5);
  CHECK(trap.tval == 0x5000'0008);
  CHECK(trap.epc == VirtualAddress(ram_base + 16));
  REQUIRE(m.recorder.transfers.size() == 1);
  CHECK(m.recorder.transfers[0].error);
}

TEST_CASE("memory whose DMI was withdrawn is accessed over the bus") {
  Machine m(SyncMode::fast, Cycle(300));
  std::vector<std::uint64_t> stores;
  Stranger stranger("stranger", sc_time(1000, SC_NS), [&] {
    m.ram.watch(0x800, [&](std::uint64_t value) { stores.push_back(value); });
  });
  // x6 counts up in RAM.
  m.program(0, {auipc(5), addi(6, 6, 1), sd(6, 5, 0x7f8), sd(6, 5, 0x7f8 + 8 - 8),
                addi(7, 5, 0x7f8), sd(6, 7, 8), beq(0, 0, -20)});
  m.run();
  REQUIRE(stores.size() > 5);
  for (std::size_t i = 1; i < stores.size(); ++i) CHECK(stores[i] == stores[i - 1] + 1);
  CHECK(m.recorder.transfers.front().cycle >= Cycle(100));
  CHECK(m.recorder.transfers.front().cycle < Cycle(120));
  CHECK(m.recorder.transfers.front().data == stores.front());
}

/// mtimecmp = 20, prescale 10: the line rises in cycle 200, and the waiting hart wakes in that
/// cycle.
void check_timer(SyncMode sync) {
  Machine m(sync, Cycle(400));
  m.program(0, {auipc(5), addi(5, 5, 0x100), csrw(mtvec, 5), addi(6, 0, 20),
                lui(7, (timer_base + 0x4000) >> 12), sd(6, 7, 0), addi(6, 0, 0x80), csrw(mie, 6),
                wfi, csrw(mie, 0), loop_here});
  m.run();
  REQUIRE(m.recorder.lines.size() == 1);
  CHECK(m.recorder.lines[0].cycle == Cycle(200));
  CHECK(m.recorder.lines[0].number == 7);
  REQUIRE(m.recorder.idles.size() == 1);
  CHECK(m.recorder.idles[0].until.value >= 199);
  CHECK(m.recorder.idles[0].until.value <= 200);
  const auto after = std::find_if(m.recorder.retired.begin(), m.recorder.retired.end(),
                                  [](const Retire& e) { return e.cycle >= Cycle(200); });
  REQUIRE(after != m.recorder.retired.end());
  CHECK(after->cycle <= Cycle(204));
  CHECK(std::is_sorted(m.recorder.order.begin(), m.recorder.order.end()));
}

TEST_CASE("a waiting hart wakes in the cycle of the timer's line, fast") {
  check_timer(SyncMode::fast);
}
TEST_CASE("a waiting hart wakes in the cycle of the timer's line, lockstep") {
  check_timer(SyncMode::lockstep);
}

/// An interrupt line that another process raises in cycle 150 interrupts a busy loop in that cycle.
void check_external(SyncMode sync) {
  constexpr std::uint16_t mstatus = 0x300;
  Machine m(sync, Cycle(200));
  Stranger stranger("stranger", sc_time(1500, SC_NS), [&] { m.cpu.set_interrupt_line(11, true); });
  m.program(0, {auipc(5), addi(5, 5, 0x100), csrw(mtvec, 5), lui(6, 1), addi(6, 6, -0x800),
                csrw(mie, 6), addi(6, 0, 8), csrw(mstatus, 6), loop_here});
  m.program(0x100, {loop_here});
  m.run();
  REQUIRE(m.recorder.traps.size() == 1);
  CHECK(m.recorder.traps[0].cause == (Trap::interrupt_bit | 11));
  CHECK(m.recorder.traps[0].cycle >= Cycle(150));
  CHECK(m.recorder.traps[0].cycle <= Cycle(152));
  REQUIRE(m.recorder.lines.size() == 1);
  CHECK(m.recorder.lines[0].cycle == Cycle(150));
}

TEST_CASE("an external line interrupts in its cycle, fast") { check_external(SyncMode::fast); }
TEST_CASE("an external line interrupts in its cycle, lockstep") {
  check_external(SyncMode::lockstep);
}

/// The timer would wake the hart in cycle 200, but the run ends in cycle 150.
void check_cut_wait(SyncMode sync) {
  Machine m(sync, Cycle(150));
  m.program(0, {addi(6, 0, 20), lui(7, (timer_base + 0x4000) >> 12), sd(6, 7, 0), addi(6, 0, 0x80),
                csrw(mie, 6), wfi, loop_here});
  m.run();
  CHECK(m.cpu.end() == Cpu::End::cycle_limit);
  REQUIRE(m.recorder.idles.size() == 1);
  CHECK(m.recorder.idles[0].cycle < Cycle(100));
  CHECK(m.recorder.idles[0].until == Cycle(150));
}

TEST_CASE("a WFI in progress at the end of the run is published, fast") {
  check_cut_wait(SyncMode::fast);
}
TEST_CASE("a WFI in progress at the end of the run is published, lockstep") {
  check_cut_wait(SyncMode::lockstep);
}

void check_deadlock(SyncMode sync) {
  Machine m(sync);
  m.program(0, {wfi, loop_here});
  m.run();
  CHECK(m.cpu.end() == Cpu::End::deadlock);
  CHECK(m.cpu.hart().now() < Cycle(20));
}

TEST_CASE("a WFI that nothing can end is a deadlock, fast") { check_deadlock(SyncMode::fast); }
TEST_CASE("a WFI that nothing can end is a deadlock, lockstep") {
  check_deadlock(SyncMode::lockstep);
}

TEST_CASE("a WFI that an external process may end is not a deadlock") {
  Machine m(SyncMode::fast, Cycle(1000));
  Stranger stranger("stranger", sc_time(2000, SC_NS), [&] { m.cpu.set_interrupt_line(11, true); });
  m.program(0, {lui(6, 1), addi(6, 6, -0x800), csrw(mie, 6), wfi, loop_here});
  m.run();
  CHECK(m.cpu.end() == Cpu::End::cycle_limit);
  REQUIRE(m.recorder.idles.size() == 1);
  CHECK(m.recorder.idles[0].until.value >= 199);
  CHECK(m.recorder.idles[0].until.value <= 200);
}

/// In lockstep the kernel cannot distinguish an external process from the clock; the platform can.
TEST_CASE("a WFI that an external process will end is not a deadlock in lockstep") {
  Machine m(SyncMode::lockstep, Cycle(1000));
  bool active = true;
  Stranger stranger("stranger", sc_time(2000, SC_NS), [&] {
    active = false;
    m.cpu.set_interrupt_line(11, true);
  });
  m.cpu.set_activity([&] { return active; });
  m.program(0, {lui(6, 1), addi(6, 6, -0x800), csrw(mie, 6), wfi, csrw(mie, 0), wfi, loop_here});
  m.run();
  CHECK(m.cpu.end() == Cpu::End::deadlock);
  REQUIRE_FALSE(m.recorder.lines.empty());
  CHECK(m.recorder.lines[0].cycle == Cycle(200));
  REQUIRE_FALSE(m.recorder.idles.empty());
  CHECK(m.recorder.idles[0].until.value >= 199);
  CHECK(m.recorder.idles[0].until.value <= 200);
}

/// A target that raises a line when it is accessed, as an interrupt controller does: the next
/// instruction is interrupted, and the event has the cycle of the access, in both modes.
void check_line_in_transfer(SyncMode sync) {
  constexpr std::uint16_t mstatus = 0x300;
  Machine m(sync, Cycle(200));
  m.device.access = [&](tlm::tlm_generic_payload&, sc_time& delay) {
    sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    m.cpu.set_interrupt_line(11, true);
  };
  m.program(
      0, {auipc(5), addi(5, 5, 0x100), csrw(mtvec, 5), lui(6, 1), addi(6, 6, -0x800), csrw(mie, 6),
          addi(6, 0, 8), csrw(mstatus, 6), lui(5, device_base >> 12), sw(0, 5, 0), loop_here});
  m.program(0x100, {loop_here});
  m.run();
  REQUIRE(m.recorder.traps.size() == 1);
  CHECK(m.recorder.traps[0].epc == VirtualAddress(ram_base + 10 * 4));
  REQUIRE(m.recorder.lines.size() == 1);
  REQUIRE(m.recorder.transfers.size() == 1);
  CHECK(m.recorder.lines[0].cycle == m.recorder.transfers[0].cycle);
  CHECK(m.recorder.lines[0].cycle <= m.recorder.traps[0].cycle);
}

TEST_CASE("a line that a target raises interrupts the next instruction, fast") {
  check_line_in_transfer(SyncMode::fast);
}
TEST_CASE("a line that a target raises interrupts the next instruction, lockstep") {
  check_line_in_transfer(SyncMode::lockstep);
}

TEST_CASE("stop ends the thread after the instruction that caused it") {
  Machine m(SyncMode::fast);
  m.device.access = [&](tlm::tlm_generic_payload&, sc_time&) { m.cpu.stop(); };
  m.program(0, {lui(5, device_base >> 12), sw(0, 5, 0), addi(6, 0, 1), loop_here});
  m.run();
  CHECK(m.cpu.end() == Cpu::End::requested);
  CHECK(m.cpu.hart().instructions_retired() == 2);
}

TEST_CASE("an exception in a target ends the simulation and propagates") {
  Machine m(SyncMode::fast);
  m.device.access = [&](tlm::tlm_generic_payload&, sc_time&) {
    throw std::runtime_error("broken");
  };
  m.program(0, {lui(5, device_base >> 12), sw(0, 5, 0), loop_here});
  m.run();
  CHECK(m.cpu.end() == Cpu::End::failure);
  CHECK_THROWS_WITH(m.cpu.rethrow_failure(), "broken");
}

TEST_CASE("a trap handler that traps itself is recognised") {
  Machine m(SyncMode::fast);
  std::vector<TrapLoop> loops;
  TrapLoopDetector detector([&](const TrapLoop& loop) {
    loops.push_back(loop);
    m.cpu.stop();
  });
  m.events.attach(detector);
  m.program(0, {0});  // illegal; mtvec is 0, where there is no memory
  m.run();
  REQUIRE(loops.size() == 1);
  CHECK(loops[0].again.cause == 1);
  CHECK(loops[0].again.epc == VirtualAddress(0));
  CHECK(loops[0].first.cause == 2);
}

}  // namespace
}  // namespace cyclevisor
