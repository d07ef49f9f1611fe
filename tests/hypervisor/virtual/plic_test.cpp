// The virtual PLIC where guests cannot see QEMU agree (RISC-V PLIC specification 1.0): the gateway,
// the threshold, and any offset at all.
#include "hypervisor/virtual/plic.hpp"

#include <catch2/catch.hpp>
#include <random>

using cyclevisor::hypervisor::VirtualPlic;

namespace {

constexpr std::uint64_t priority10 = 40;
constexpr std::uint64_t pending = 0x1000;
constexpr std::uint64_t enable = 0x2000;
constexpr std::uint64_t threshold = 0x200000;
constexpr std::uint64_t claim = 0x200004;

VirtualPlic open_plic() {
  VirtualPlic plic;
  plic.write(priority10, 1);
  plic.write(enable, 1 << 10);
  return plic;
}

}  // namespace

TEST_CASE("a virtual level is passed on once until it is completed") {
  VirtualPlic plic = open_plic();
  plic.set_level(VirtualPlic::Input::uart, true);
  CHECK(plic.interrupt());
  CHECK(plic.read(claim) == 10);
  CHECK_FALSE(plic.interrupt());
  CHECK(plic.read(claim) == 0);
  plic.write(claim, 9);
  CHECK_FALSE(plic.interrupt());
  plic.write(claim, 10);
  CHECK(plic.interrupt());  // the level still stands
  plic.set_level(VirtualPlic::Input::uart, false);
  CHECK(plic.interrupt());  // the request stays
  CHECK(plic.read(claim) == 10);
  plic.write(claim, 10);
  CHECK_FALSE(plic.interrupt());
}

TEST_CASE("the virtual threshold masks the interrupt and not the claim") {
  VirtualPlic plic = open_plic();
  plic.set_level(VirtualPlic::Input::uart, true);
  plic.write(threshold, 1);
  CHECK_FALSE(plic.interrupt());
  CHECK(plic.read(claim) == 10);
}

TEST_CASE("virtual priority 0 never interrupts, and source 0 does not exist") {
  VirtualPlic plic = open_plic();
  plic.write(priority10, 0);
  plic.set_level(VirtualPlic::Input::uart, true);
  CHECK_FALSE(plic.interrupt());
  CHECK(plic.read(claim) == 0);
  CHECK(plic.read(pending) == 1 << 10);
  plic.write(0, 7);
  CHECK(plic.read(0) == 0);
  plic.write(enable, 0xffffffff);
  CHECK(plic.read(enable) == 0xfffffffe);
}

TEST_CASE("context 1 claims and completes what it enables, and interrupts nobody") {
  VirtualPlic plic;
  plic.write(priority10, 1);
  plic.write(enable + 0x80, 1 << 10);
  plic.set_level(VirtualPlic::Input::uart, true);
  CHECK_FALSE(plic.interrupt());
  CHECK(plic.read(claim) == 0);
  CHECK(plic.read(claim + 0x1000) == 10);
  plic.set_level(VirtualPlic::Input::uart, false);
  plic.write(claim + 0x1000, 10);
  CHECK(plic.read(pending) == 0);
}

TEST_CASE("any offset of the virtual PLIC can be read and written") {
  VirtualPlic plic;
  std::mt19937 random(10);
  for (std::uint64_t offset = 0; offset < 0x600000; offset += 4) {
    plic.write(offset, static_cast<std::uint32_t>(random()));
    plic.read(offset);
  }
  // What is implemented and stores: 95 priorities, three words of enables and a threshold a
  // context.
  VirtualPlic fresh;
  unsigned stored = 0;
  for (std::uint64_t offset = 0; offset < 0x600000; offset += 4) {
    fresh.write(offset, 2);
    if (fresh.read(offset) == 2) ++stored;
  }
  CHECK(stored == 95 + 2 * 3 + 2);
}
