#include "platform/observe/guest/vm_watch.hpp"

#include <catch2/catch.hpp>

#include "tests/platform/observe/bench.hpp"

using namespace cyclevisor;
using namespace cyclevisor::bench;

namespace {

constexpr std::uint64_t finisher = 0x10'0000;

Verdict after_store(std::uint64_t address, std::uint64_t value, unsigned funct3) {
  Hypervised run;
  run.start();
  run.store_trap(100, address, value, funct3);
  return run.seen.watch.verdict(1);
}

}  // namespace

TEST_CASE("the running VM is satp.ASID while the hart is in U-mode") {
  Hypervised run;
  CHECK_FALSE(run.seen.watch.running());
  run.select(1, 0);
  CHECK_FALSE(run.seen.watch.running());
  run.resume(10, code);
  CHECK(run.seen.watch.running() == 1u);
  run.trap(20, 8, code, 0x73);
  CHECK_FALSE(run.seen.watch.running());
  CHECK(run.seen.watch.current() == 1);
  run.select(2, 30);
  run.resume(40, code);
  CHECK(run.seen.watch.running() == 2u);
}

TEST_CASE("an arrangement may know a VM by hgatp.VMID, and guests by V = 1") {
  ObservedPlatform platform = two_vms();
  platform.arrangement.identity = VmIdentity::vmid;
  platform.arrangement.guest_modes = {PrivilegeMode::virtual_supervisor,
                                      PrivilegeMode::virtual_user};
  VmWatch watch(platform);
  const std::uint64_t sv39x4 = std::uint64_t{8} << 60;
  watch.on(AddressSpace{Cycle(1), sv39x4 | std::uint64_t{1} << 44, 0, 0});
  CHECK(watch.current() == 0);
  watch.on(AddressSpace{Cycle(2), 0, 0, sv39x4 | std::uint64_t{2} << 44});
  CHECK(watch.current() == 2);
  TrapReturn entry;
  entry.to = PrivilegeMode::user;
  watch.on(entry);
  CHECK_FALSE(watch.running());
  entry.to = PrivilegeMode::virtual_supervisor;
  watch.on(entry);
  CHECK(watch.running() == 2u);
}

TEST_CASE("an address space in Bare mode is no VM's") {
  Hypervised run;
  run.start();
  run.stream.publish(AddressSpace{Cycle(100), std::uint64_t{2} << 44, 0, 0});
  CHECK(run.seen.watch.current() == 1);
}

TEST_CASE("natively VM 1 always runs") {
  Native run;
  run.start();
  CHECK(run.seen.watch.running() == 1u);
  run.interrupt(100);
  CHECK(run.seen.watch.running() == 1u);
}

TEST_CASE("a guest's trapped store to the finisher is its verdict") {
  constexpr unsigned sb = 0, sh = 1, sw = 2, sd = 3;
  const Verdict pass = after_store(finisher, 0x5555, sw);
  CHECK(pass.kind == Verdict::Kind::pass);
  CHECK(pass.cycle == Cycle(100));
  const Verdict fail = after_store(finisher, 0x002a'3333, sw);
  CHECK(fail.kind == Verdict::Kind::fail);
  CHECK(fail.code == 42);
  CHECK(after_store(finisher, 0x7777, sw).kind == Verdict::Kind::reset);
  CHECK(after_store(finisher, 0x5555, sh).kind == Verdict::Kind::pass);
  CHECK(after_store(finisher, 0x5555, sd).kind == Verdict::Kind::pass);
  CHECK(after_store(finisher, 0x55, sb).kind == Verdict::Kind::none);
  CHECK(after_store(finisher, 0x1234, sw).kind == Verdict::Kind::none);
  CHECK(after_store(finisher + 4, 0x5555, sw).kind == Verdict::Kind::none);
  CHECK(after_store(finisher + 0x1000, 0x5555, sw).kind == Verdict::Kind::none);
}

TEST_CASE("a compressed store to the finisher counts") {
  Hypervised run;
  run.start();
  run.x[10] = finisher;
  run.x[11] = 0x5555;
  run.trap(100, 15, code, 0xc10c, finisher);  // c.sw a1, 0(a0)
  CHECK(run.seen.watch.verdict(1).kind == Verdict::Kind::pass);
}

TEST_CASE("the first verdict stands") {
  Hypervised run;
  run.start();
  run.store_trap(100, finisher, 0x1'3333, 2);
  run.store_trap(200, finisher, 0x5555, 2);
  CHECK(run.seen.watch.verdict(1).kind == Verdict::Kind::fail);
  CHECK(run.seen.watch.verdict(1).code == 1);
  CHECK(run.seen.watch.verdict(2).kind == Verdict::Kind::none);
  CHECK_FALSE(run.seen.watch.all_ended());
}

TEST_CASE("all VMs have ended") {
  Hypervised run;
  run.start();
  run.store_trap(100, finisher, 0x5555, 2);
  run.select(2, 110);
  run.resume(120, code);
  run.store_trap(200, finisher, 0x1'3333, 2);
  CHECK(run.seen.watch.all_ended());
  CHECK(run.seen.watch.verdict(2).kind == Verdict::Kind::fail);
}

TEST_CASE("loads from the finisher and the hypervisor's own stores are no verdict") {
  Hypervised run;
  run.start();
  run.load_device(100, 110, finisher, 0x5555, 2);
  run.trap(120, 8, code, 0x73);
  Retire event;
  event.cycle = Cycle(130);
  event.access = {MemoryAccess::Kind::store, 4, VirtualAddress(finisher), PhysicalAddress(finisher),
                  0x5555};
  run.stream.publish(event);
  CHECK(run.seen.watch.verdict(1).kind == Verdict::Kind::none);
}

TEST_CASE("a native guest's store reaches the finisher itself") {
  Native run;
  run.start();
  run.store_device(100, 101, finisher, 0x7'3333, 4);
  CHECK(run.seen.watch.verdict(1).kind == Verdict::Kind::fail);
  CHECK(run.seen.watch.verdict(1).code == 7);
  CHECK(run.seen.watch.all_ended());
}
