// For each rule a stream that breaks it is caught by name, and its good counterpart passes.
#include "platform/observe/checks/oracle.hpp"

#include <catch2/catch.hpp>

#include "models/timing/settings.hpp"
#include "tests/platform/observe/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

namespace {

std::vector<std::string> rules(const Oracle& oracle) {
  std::vector<std::string> names;
  for (const Violation& violation : oracle.violations()) names.push_back(violation.rule);
  return names;
}

using Names = std::vector<std::string>;

/// The rest of a handler of VM 1: disarms and returns to `mepc`.
void handle(Hypervised& run, std::uint64_t cycle, std::uint64_t mepc = code + 8) {
  run.retire(cycle + 1, vector);
  run.store_device(cycle + 10, cycle + 20, mtimecmp, ~std::uint64_t{0}, 3, vector + 4);
  run.guest_mret(cycle + 30, cycle + 40, vector + 8, mepc);
}

}  // namespace

TEST_CASE("no-early-interrupt: a timer interrupt before the deadline") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(900, timer_interrupt, code + 8);
  run.resume(999, vector);
  handle(run, 999);
  REQUIRE(rules(run.seen.oracle) == Names{"no-early-interrupt"});
  CHECK(run.seen.oracle.violations()[0].cycle == Cycle(999));
  CHECK(run.seen.oracle.violations()[0].vm == 1);
  CHECK(run.seen.oracle.violations()[0].text ==
        "timer interrupt 1 cycles before the deadline 1000");
}

TEST_CASE("no-early-interrupt: one in the cycle of the deadline is in order") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.trap(900, timer_interrupt, code + 8);
  run.resume(1000, vector);
  handle(run, 1000);
  run.seen.finish(Cycle(2000));
  CHECK(rules(run.seen.oracle).empty());
}

TEST_CASE("no-early-interrupt: natively too") {
  Native run;
  run.start();
  run.store_device(100, 103, mtimecmp, 100);
  run.interrupt(999);
  run.retire(1000, vector);
  run.machine_return(1010);
  CHECK(rules(run.seen.oracle) == Names{"no-early-interrupt"});
}

TEST_CASE("no-spurious-interrupt: nothing was armed") {
  Hypervised run;
  run.start();
  run.trap(900, timer_interrupt, code + 8);
  run.resume(1000, vector);
  handle(run, 1000);
  CHECK(rules(run.seen.oracle) == Names{"no-spurious-interrupt"});
}

TEST_CASE("no-spurious-interrupt: the guest's mcause decides in direct mode") {
  const auto with_cause = [](std::uint64_t cause) {
    Hypervised run;
    run.start();
    run.trap(900, Trap::interrupt_bit | 11, code + 8);
    run.resume(1000, vector);
    run.retire(1001, vector);
    run.read_csr(1010, 1020, mcause, cause, vector + 4);
    run.guest_mret(1030, 1040, vector + 8, code + 8);
    return rules(run.seen.oracle);
  };
  CHECK(with_cause(Trap::interrupt_bit | 11).empty());
  CHECK(with_cause(timer_interrupt) == Names{"no-spurious-interrupt"});
}

TEST_CASE("no-spurious-interrupt: a disarmed timer, vectored") {
  Hypervised run;
  run.start(vector | 1);
  run.store_device(100, 200, mtimecmp, 100);
  run.store_device(300, 400, mtimecmp, ~std::uint64_t{0});
  run.trap(1001, timer_interrupt, code + 8);
  run.resume(1100, vector + 28);
  run.retire(1101, vector + 28);
  run.guest_mret(1130, 1140, vector + 36, code + 8);
  CHECK(rules(run.seen.oracle) == Names{"no-spurious-interrupt"});
}

TEST_CASE("no-lost-interrupt: the guest runs on with its interrupt pending") {
  const auto delivered_at = [](std::uint64_t cycle) {
    Hypervised run;
    run.start();
    run.store_device(100, 200, mtimecmp, 100);
    run.trap(cycle, timer_interrupt, code + 8);
    run.resume(cycle + 100, vector);
    handle(run, cycle + 100);
    run.seen.finish(Cycle(cycle + 500));
    return rules(run.seen.oracle);
  };
  CHECK(delivered_at(1003).empty());
  CHECK(delivered_at(2000).empty());
  CHECK(delivered_at(2001) == Names{"no-lost-interrupt"});
}

TEST_CASE(
    "no-lost-interrupt: the time of a device access, and of memory's wait states, is not lost") {
  // The deadline is cycle 1000.
  const auto delivered_at = [](std::uint64_t cycle, std::uint64_t device_until) {
    Native run;
    run.start();
    run.store_device(100, 103, mtimecmp, 100);
    if (device_until != 0) run.load_device(990, device_until, 0x4000'0000, 0);
    run.interrupt(cycle);
    run.seen.finish(Cycle(cycle + 10));
    return rules(run.seen.oracle);
  };
  CHECK(delivered_at(2001, 0) == Names{"no-lost-interrupt"});
  CHECK(delivered_at(4001, 4000).empty());
  CHECK(delivered_at(5000, 4000).empty());
  CHECK(delivered_at(5001, 4000) == Names{"no-lost-interrupt"});

  PipelineSettings settings;
  CHECK(longest_memory_wait(settings) == 0);
  settings.memory_latency = settings.memory_beat = 1000;
  const OracleBounds bounds = OracleBounds().waiting(longest_memory_wait(settings));
  // At least a miss for an instruction and its operand on two lines each.
  CHECK(bounds.unnoticed >= 1000 + 4 * 8000);
  CHECK(bounds.overwritten >= 64 + 4 * 8000);
  CHECK(bounds.answer > 100 * bounds.unnoticed);
}

TEST_CASE("no-lost-interrupt: at the end of the run") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.seen.finish(Cycle(3000));
  CHECK(rules(run.seen.oracle) == Names{"no-lost-interrupt"});
}

TEST_CASE("no-lost-interrupt: a VM that has ended is owed nothing") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 100);
  run.store_trap(300, 0x10'0000, 0x5555, 2);
  run.stream.publish(Idle{Cycle(400), Cycle(100'000'000)});
  run.seen.finish(Cycle(100'000'000));
  CHECK(rules(run.seen.oracle).empty());
}

TEST_CASE("no-lost-interrupt: pending interrupts that the guest masks are not lost") {
  Hypervised run;
  run.start();
  run.write_csr(100, 110, mstatus, 0);
  run.store_device(120, 200, mtimecmp, 100);
  run.store_device(9000, 9100, mtimecmp, 10'000);
  run.seen.finish(Cycle(10'000));
  CHECK(rules(run.seen.oracle).empty());
}

TEST_CASE("no-lost-interrupt: mret restores what the guest had masked") {
  const auto after_ecall = [](std::uint64_t mstatus_value) {
    Hypervised run;
    run.start();
    run.write_csr(100, 110, mstatus, mstatus_value);
    run.trap(120, 8, code, 0x73);
    run.resume(130, vector);
    run.retire(131, vector);
    run.guest_mret(140, 150, vector + 4, code);
    run.store_device(160, 200, mtimecmp, 100);
    run.seen.finish(Cycle(9000));
    return rules(run.seen.oracle);
  };
  CHECK(after_ecall(0).empty());
  CHECK(after_ecall(8) == Names{"no-lost-interrupt"});
}

TEST_CASE("no-lost-interrupt: overwritten while pending, enabled and running") {
  const auto overwritten_after = [](std::uint64_t cycles) {
    Hypervised run;
    run.start();
    run.store_device(100, 200, mtimecmp, 100);
    run.store_device(1000 + cycles, 1500, mtimecmp, 1000);
    return rules(run.seen.oracle);
  };
  // Hardware needs a moment too: the guest may be quicker than its interrupt.
  CHECK(overwritten_after(64).empty());
  CHECK(overwritten_after(65) == Names{"no-lost-interrupt"});
}

TEST_CASE("delivered-within-bound: the time of other VMs counts up to the bound") {
  const auto delivered_at = [](std::uint64_t cycle) {
    Hypervised run;
    run.start();
    run.store_device(100, 200, mtimecmp, 100);
    run.trap(300, 2, code, wfi);
    run.select(2, 400);
    run.resume(410, code);
    run.trap(cycle - 100, timer_interrupt, code);
    run.select(1, cycle - 50);
    run.resume(cycle, vector);
    handle(run, cycle, code + 4);
    return rules(run.seen.oracle);
  };
  // 2 (N-1) (S + W) with S = 100,000 cycles and W = 110, the first stay in the hypervisor; on top
  // of it the interrupt may wait for two more stays and for the hart to notice it.
  const std::uint64_t bound = 2 * (100'000 + 110) + 2 * 110 + 1000;
  CHECK(delivered_at(1000 + bound).empty());
  CHECK(delivered_at(1000 + bound + 1) == Names{"delivered-within-bound"});
}

TEST_CASE("delivered-within-bound: a sleeper in wfi, also with MIE clear") {
  const auto woken_at = [](std::uint64_t cycle) {
    Hypervised run;
    run.start();
    run.write_csr(100, 110, mstatus, 0);
    run.store_device(120, 200, mtimecmp, 100);
    run.trap(300, 2, code, wfi);
    run.select(2, 400);
    run.resume(410, code);
    run.trap(cycle - 100, timer_interrupt, code);
    run.select(1, cycle - 50);
    run.resume(cycle, code + 4);
    return rules(run.seen.oracle);
  };
  const std::uint64_t bound = 2 * (100'000 + 110) + 2 * 110 + 1000;
  CHECK(woken_at(1000 + bound).empty());
  CHECK(woken_at(1000 + bound + 1) == Names{"delivered-within-bound"});
}

TEST_CASE("mtimecmp-reads-back: 64 and 32 bit, sign and zero extended") {
  const auto reads = [](std::uint64_t address, std::uint64_t value, unsigned funct3) {
    Hypervised run;
    run.start();
    run.store_device(100, 200, mtimecmp, 0x8000'0001'9000'0002);
    run.load_device(300, 400, address, value, funct3);
    return rules(run.seen.oracle);
  };
  constexpr unsigned lw = 2, ld = 3, lwu = 6;
  CHECK(reads(mtimecmp, 0x8000'0001'9000'0002, ld).empty());
  CHECK(reads(mtimecmp, 0xffff'ffff'9000'0002, lw).empty());
  CHECK(reads(mtimecmp, 0x9000'0002, lwu).empty());
  CHECK(reads(mtimecmp + 4, 0x8000'0001, lwu).empty());
  const Names broken = {"mtimecmp-reads-back"};
  CHECK(reads(mtimecmp, 0x8000'0001'9000'0003, ld) == broken);
  CHECK(reads(mtimecmp, 0x9000'0002, lw) == broken);
  CHECK(reads(mtimecmp, 0xffff'ffff'9000'0002, lwu) == broken);
  CHECK(reads(mtimecmp + 4, 0x9000'0002, lwu) == broken);
}

TEST_CASE("mtimecmp-reads-back: halves stored one by one, and a compressed load") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp + 4, 0x1, 2);
  run.store_device(210, 300, mtimecmp, 0xabcd, 2);
  run.x[10] = mtimecmp;
  run.trap(400, 13, code, 0x610c, mtimecmp);  // c.ld a1, 0(a0)
  run.x[11] = 0x1'0000'abcd;
  run.resume(500, code + 2);
  CHECK(rules(run.seen.oracle).empty());
  run.trap(600, 13, code, 0x610c, mtimecmp);
  run.x[11] = 0xabcd;
  run.resume(700, code + 2);
  CHECK(rules(run.seen.oracle) == Names{"mtimecmp-reads-back"});
}

TEST_CASE("mtimecmp-reads-back: what one VM stores is not seen by the other") {
  Hypervised run;
  run.start();
  run.store_device(100, 200, mtimecmp, 1000);
  run.trap(300, timer_interrupt, code);
  run.select(2, 310);
  run.resume(320, code);
  run.load_device(400, 410, mtimecmp, ~std::uint64_t{0});
  CHECK(rules(run.seen.oracle).empty());
  run.load_device(420, 430, mtimecmp, 1000);
  REQUIRE(rules(run.seen.oracle) == Names{"mtimecmp-reads-back"});
  CHECK(run.seen.oracle.violations()[0].vm == 2);
}

TEST_CASE("mtimecmp-reads-back: natively") {
  Native run;
  run.start();
  run.store_device(100, 103, mtimecmp, 1000);
  run.load_device(110, 113, mtimecmp, 1000);
  run.load_device(120, 123, mtimecmp + 4, 0, 4);
  CHECK(rules(run.seen.oracle).empty());
  run.load_device(130, 133, mtimecmp, 1001);
  CHECK(rules(run.seen.oracle) == Names{"mtimecmp-reads-back"});
}

TEST_CASE("mtime-monotonic: time that runs backwards") {
  Hypervised run;
  run.start();
  run.load_device(1000, 1400, mtime, 130);
  run.load_device(1405, 1500, mtime, 145);
  CHECK(rules(run.seen.oracle).empty());
  run.load_device(1505, 1600, mtime, 144);
  CHECK(rules(run.seen.oracle) == Names{"mtime-monotonic", "mtime-follows-clock"});
}

TEST_CASE("mtime-monotonic: a guest may set its own time back") {
  Hypervised run;
  run.start();
  run.load_device(1000, 1400, mtime, 130);
  run.store_device(1500, 1700, mtime, 5);
  run.load_device(2000, 2100, mtime, 40);
  CHECK(rules(run.seen.oracle).empty());
}

TEST_CASE("mtime-follows-clock: reads show the time between trap and return") {
  const auto reads = [](std::uint64_t address, std::uint64_t value, unsigned funct3) {
    Hypervised run;
    run.start();
    run.load_device(1000, 1400, address, value, funct3);
    return rules(run.seen.oracle);
  };
  const Names broken = {"mtime-follows-clock"};
  CHECK(reads(mtime, 100, 3).empty());
  CHECK(reads(mtime, 140, 3).empty());
  CHECK(reads(mtime, 99, 3) == broken);
  CHECK(reads(mtime, 141, 3) == broken);
  CHECK(reads(mtime, 120, 2).empty());
  CHECK(reads(mtime + 4, 0, 2).empty());
  CHECK(reads(mtime + 4, 1, 2) == broken);
}

TEST_CASE("mtime-follows-clock: the time CSR too, and the guest's own offset") {
  const auto reads = [](std::uint64_t value) {
    Hypervised run;
    run.start();
    run.store_device(500, 600, mtime, 10'000);  // between 9940 and 9950 ahead
    run.read_csr(1000, 1100, 0xc01, value);
    return rules(run.seen.oracle);
  };
  CHECK(reads(10'040).empty());
  CHECK(reads(10'060).empty());
  CHECK(reads(10'039) == Names{"mtime-follows-clock"});
  CHECK(reads(10'061) == Names{"mtime-follows-clock"});
}

TEST_CASE("mtime-follows-clock: natively between the bus transfer's begin and end") {
  Native run;
  run.start();
  run.load_device(1000, 1010, mtime, 100);
  run.load_device(1020, 1030, mtime, 103);
  CHECK(rules(run.seen.oracle).empty());
  run.load_device(1040, 1050, mtime, 106);
  CHECK(rules(run.seen.oracle) == Names{"mtime-follows-clock"});
}

TEST_CASE("no-access-outside-partition: loads, stores and fetches") {
  const auto retires = [](PhysicalAddress fetched, MemoryAccess::Kind kind,
                          PhysicalAddress accessed) {
    Hypervised run;
    run.start();
    Retire event = run.retired(200, code);
    event.physical_pc = fetched;
    event.access = {kind, 8, VirtualAddress(code), accessed, 0};
    run.stream.publish(event);
    return rules(run.seen.oracle);
  };
  const PhysicalAddress inside(0x8100'0000);
  const PhysicalAddress last(0x81ff'fff8);
  const Names broken = {"no-access-outside-partition"};
  using Kind = MemoryAccess::Kind;
  CHECK(retires(inside, Kind::load, inside).empty());
  CHECK(retires(inside, Kind::store, last).empty());
  CHECK(retires(inside, Kind::none, PhysicalAddress(0)).empty());
  CHECK(retires(inside, Kind::load, last + 1) == broken);
  CHECK(retires(inside, Kind::store, PhysicalAddress(0x0200'4000)) == broken);
  CHECK(retires(inside, Kind::amo, PhysicalAddress(0x8200'0000)) == broken);
  CHECK(retires(inside - 2, Kind::none, inside) == broken);
  CHECK(retires(PhysicalAddress(0x8000'0000), Kind::load, inside) == broken);
}

TEST_CASE("no-access-outside-partition: the hypervisor may go anywhere") {
  Hypervised run;
  run.start();
  run.trap(200, 8, code, 0x73);
  Retire event;
  event.cycle = Cycle(210);
  event.access = {MemoryAccess::Kind::store, 8, VirtualAddress(mtimecmp), PhysicalAddress(mtimecmp),
                  0};
  run.stream.publish(event);
  CHECK(rules(run.seen.oracle).empty());
}

TEST_CASE("no-lost-interrupt: a deadlock leaves an interrupt undelivered") {
  const auto ends = [](std::uint64_t deadline, RunEnd how) {
    Hypervised run;
    run.start();
    run.store_device(100, 200, mtimecmp, deadline);
    run.trap(300, 2, code, wfi);
    run.seen.finish(Cycle(400), how);
    return rules(run.seen.oracle);
  };
  CHECK(ends(100, RunEnd::stopped).empty());
  CHECK(ends(100, RunEnd::deadlock) == Names{"no-lost-interrupt"});
  CHECK(ends(20, RunEnd::deadlock) == Names{"no-lost-interrupt"});
  CHECK(ends(~std::uint64_t{0}, RunEnd::deadlock).empty());
}

TEST_CASE("trap-answered: the hypervisor returns, or waits, within the bound") {
  const auto returns_at = [](std::uint64_t cycle) {
    Hypervised run;
    run.start();
    run.trap(1000, 8, code, 0x73);
    run.resume(cycle, vector);
    return rules(run.seen.oracle);
  };
  CHECK(returns_at(101'000).empty());
  CHECK(returns_at(101'001) == Names{"trap-answered"});
  Hypervised run;
  run.start();
  run.trap(1000, 2, code, wfi);
  run.stream.publish(Idle{Cycle(1500), Cycle(900'000)});
  run.resume(900'100, code + 4);
  CHECK(rules(run.seen.oracle).empty());
  run.trap(900'200, 8, code, 0x73);
  run.seen.finish(Cycle(1'100'000));
  CHECK(rules(run.seen.oracle) == Names{"trap-answered"});
}

TEST_CASE("registers-preserved: only rd of the emulated instruction may change") {
  const auto changes = [](unsigned number, std::uint64_t epc_offset) {
    Hypervised run;
    run.start();
    run.x[10] = mtimecmp;
    run.trap(200, 13, code, load(3, 12, 10), mtimecmp);
    run.x[12] = ~std::uint64_t{0};
    run.x[number] = ~std::uint64_t{0};
    run.resume(300, code + epc_offset);
    return rules(run.seen.oracle);
  };
  const Names broken = {"registers-preserved"};
  CHECK(changes(12, 4).empty());
  CHECK(changes(9, 4) == broken);
  CHECK(changes(31, 4) == broken);
}

TEST_CASE("registers-preserved: across the time of another VM") {
  const auto comes_back_with = [](std::uint64_t value) {
    Hypervised run;
    run.start();
    run.x[20] = 5;
    run.trap(200, timer_interrupt, code);
    run.select(2, 210);
    run.x[20] = 77;
    run.resume(220, code);
    run.trap(300, timer_interrupt, code);
    run.select(1, 310);
    run.x[20] = value;
    run.resume(320, code);
    return rules(run.seen.oracle);
  };
  CHECK(comes_back_with(5).empty());
  CHECK(comes_back_with(77) == Names{"registers-preserved"});
}

TEST_CASE("resumes-in-place: behind the instruction, at it, or at the vector") {
  const auto resumes_at = [](std::uint64_t cause, std::uint32_t instruction, std::uint64_t pc) {
    Hypervised run;
    run.start();
    run.trap(200, cause, code, instruction, instruction);
    run.resume(300, pc);
    return rules(run.seen.oracle);
  };
  const Names broken{"resumes-in-place"};
  constexpr std::uint64_t illegal = 2, load_page_fault = 13, call = 8;
  // tselect: the virtual hart may have it or not.
  CHECK(resumes_at(illegal, csrrs(6, 0x7a0, 0), code + 4).empty());
  CHECK(resumes_at(illegal, csrrs(6, 0x7a0, 0), vector).empty());
  CHECK(resumes_at(illegal, csrrs(6, 0x7a0, 0), code + 8) == broken);
  // An access may be tried again, a refused instruction has no effect.
  CHECK(resumes_at(load_page_fault, load(3, 6, 0), code).empty());
  CHECK(resumes_at(call, 0x73, vector).empty());
  CHECK(resumes_at(call, 0x73, code + 4) == broken);
  CHECK(resumes_at(illegal, csrrs(6, 0x100, 0), vector).empty());  // sstatus
  CHECK(resumes_at(illegal, csrrs(6, 0x100, 0), code + 4) == broken);
  CHECK(resumes_at(illegal, 0xffff'ffff, vector).empty());
  CHECK(resumes_at(illegal, 0xffff'ffff, code + 4) == broken);
}

TEST_CASE("a refused instruction raises its exception, also with a timer interrupt pending") {
  // Each traps before the deadline and is answered behind it. `next`: the vector is right behind
  // it.
  const bool next = GENERATE(false, true);
  const std::uint64_t mode = GENERATE(0u, 1u);  // of mtvec
  struct Refusal {
    const char* what;
    std::uint64_t cause;
    std::uint32_t instruction;
    std::uint64_t address;
  };
  constexpr std::uint64_t uart = 0x1000'0000;
  for (const Refusal& refusal :
       {Refusal{"ecall", 8, 0x73, 0}, Refusal{"ebreak", 3, 0x0010'0073, 0},
        Refusal{"a CSR of S-mode", 2, csrrs(6, 0x100, 0), 0},
        Refusal{"a write of a read-only CSR", 2, csrrw(6, 0xf14, 5), 0},
        Refusal{"a misaligned load from a device", 13, load(2, 6, 10), uart + 1},
        Refusal{"a misaligned store to the timer", 15, store(2, 6, 10), mtimecmp + 2},
        Refusal{"a byte of the timer", 13, load(0, 6, 10), mtimecmp},
        Refusal{"a fetch outside of memory", 12, 0, 0}}) {
    CAPTURE(refusal.what, next, mode);
    Hypervised run;
    run.start();
    const std::uint64_t base = next ? code + 4 : vector;
    run.write_csr(100, 110, 0x305, base | mode);
    run.store_device(120, 130, mtimecmp, 25);
    run.x[10] = refusal.address;
    run.trap(200, refusal.cause, code, refusal.instruction, refusal.instruction);
    run.resume(300, base);
    // In its handler the guest sees the exception, and then takes the interrupt.
    run.read_csr(310, 320, 0x342, refusal.cause, base);
    run.read_csr(330, 340, 0x341, code, base + 4);
    run.guest_mret(350, 360, base + 8, base + 4 * 7 * mode);
    run.read_csr(370, 380, 0x342, timer_interrupt, base + 4 * 7 * mode);
    run.store_device(390, 400, mtimecmp, ~std::uint64_t{0}, 3, vector + 4);
    run.guest_mret(410, 420, vector + 8, code);
    run.seen.finish(Cycle(2000));
    CHECK(rules(run.seen.oracle).empty());
  }
}

TEST_CASE("no-guest-memory-change: the hypervisor stores into a partition") {
  const auto stores = [](std::uint64_t physical, MemoryAccess::Kind kind) {
    Hypervised run;
    run.start();
    run.trap(200, 8, code, 0x73);
    Retire event;
    event.cycle = Cycle(210);
    event.access = {kind, 8, VirtualAddress(physical), PhysicalAddress(physical), 0};
    run.stream.publish(event);
    return rules(run.seen.oracle);
  };
  const Names broken = {"no-guest-memory-change"};
  using Kind = MemoryAccess::Kind;
  CHECK(stores(0x80ff'fff8, Kind::store).empty());
  CHECK(stores(0x8100'0000, Kind::load).empty());
  CHECK(stores(0x8100'0000, Kind::store) == broken);
  CHECK(stores(0x82ff'fff8, Kind::amo) == broken);
}

TEST_CASE("dma-inside-partition: a VM's disk, and masters that are no VM's") {
  const auto moves = [](unsigned master, std::uint64_t address, std::uint32_t bytes, bool write) {
    ObservedPlatform platform = two_vms();
    platform.vms[0].disk = 1;
    Hypervised run(platform);
    run.start();
    MasterTransfer event;
    event.cycle = Cycle(200);
    event.end = Cycle(210);
    event.master = static_cast<std::uint8_t>(master);
    event.address = PhysicalAddress(address);
    event.bytes = bytes;
    event.write = write;
    run.stream.publish(event);
    return rules(run.seen.oracle);
  };
  const Names broken = {"dma-inside-partition"};
  CHECK(moves(1, 0x8100'0000, 512, true).empty());
  CHECK(moves(1, 0x81ff'fe00, 512, true).empty());
  CHECK(moves(1, 0x81ff'fe01, 512, true) == Names{"dma-inside-partition", "dma-inside-partition"});
  CHECK(moves(1, 0x80ff'ffff, 512, false) == broken);
  CHECK(moves(1, 0x8000'1000, 16, false).empty());  // what the hypervisor keeps for it
  CHECK(moves(1, 0x8000'1000, 16, true) == broken);
  CHECK(moves(1, 0x8200'0000, 16, false) == Names{"dma-inside-partition"});
  CHECK(moves(2, 0x8100'0000, 16, false) == broken);
  CHECK(moves(2, 0x8000'1000, 16, true).empty());
}

TEST_CASE("guest-progress: interrupted again and again before the first instruction") {
  const auto interrupted = [](unsigned times, bool progresses) {
    Hypervised run;
    run.start();
    for (unsigned i = 0; i < times; ++i) {
      if (progresses) run.retire(200 + 100 * i, code);
      run.trap(210 + 100 * i, timer_interrupt, code);
      run.resume(260 + 100 * i, code);
    }
    return rules(run.seen.oracle);
  };
  CHECK(interrupted(7, false).empty());
  CHECK(interrupted(8, false) == Names{"guest-progress"});
  CHECK(interrupted(100, true).empty());
}

TEST_CASE("console-isolation: a UART transmits what its VM has written") {
  constexpr std::uint64_t first = 0x1000'1000, second = 0x1000'2000;
  const auto transmits = [&](std::uint64_t uart, std::uint8_t character, std::uint64_t control) {
    ObservedPlatform platform = two_vms();
    platform.vms[0].console = PhysicalAddress(first);
    platform.vms[1].console = PhysicalAddress(second);
    Hypervised run(platform);
    run.start();
    run.store_device(100, 110, 0x1000'0003, control, 0);
    run.store_trap(200, 0x1000'0000, 'a', 0);
    BusTransfer transfer;
    transfer.cycle = Cycle(210);
    transfer.end = Cycle(212);
    transfer.address = PhysicalAddress(uart);
    transfer.bytes = 1;
    transfer.write = true;
    transfer.data = character;
    run.stream.publish(transfer);
    return rules(run.seen.oracle);
  };
  const Names broken = {"console-isolation"};
  CHECK(transmits(first, 'a', 0x03).empty());
  CHECK(transmits(0x1000'0000, 'b', 0x03).empty());  // the hypervisor's own
  CHECK(transmits(second, 'a', 0x03) == broken);
  CHECK(transmits(first, 'b', 0x03) == broken);
  CHECK(transmits(first, 'a', 0x83) == broken);  // DLAB: that was the divisor
}

TEST_CASE("a flood of violations is counted, but not all kept") {
  Hypervised run;
  run.start();
  Retire event = run.retired(200, code);
  event.physical_pc = PhysicalAddress(0);
  for (int i = 0; i < 1000; ++i) run.stream.publish(event);
  CHECK(run.seen.oracle.violations().size() == Oracle::kept_per_rule);
  CHECK(run.seen.oracle.violation_count() == 1000);
}
