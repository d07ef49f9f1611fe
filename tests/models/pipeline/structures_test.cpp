// The structures of the pipeline one by one, against the words of the timing rules.
#include <catch2/catch.hpp>

#include "models/mmu/pte.hpp"
#include "models/pipeline/bus_arbiter.hpp"
#include "models/pipeline/cache_array.hpp"
#include "models/pipeline/gshare_predictor.hpp"
#include "models/pipeline/hazards.hpp"
#include "models/pipeline/tlb.hpp"

using namespace cyclevisor;

namespace {

constexpr std::uint64_t sv39_satp = std::uint64_t{8} << atp::mode_shift;

/// One byte in line `n` of set 5.
PhysicalAddress in_set_5(std::uint64_t n) { return PhysicalAddress(n * 4096 + 5 * 64 + 17); }

void fill(CacheArray& array, unsigned way, std::uint64_t n) {
  CacheArray::Line& line = array.line(5, way);
  line.valid = true;
  line.address = array.line_address(in_set_5(n));
  array.touch(5, way);
}

}  // namespace

TEST_CASE("cache: set, line address and tag") {
  CacheArray array{CacheGeometry()};
  CHECK(array.set_of(PhysicalAddress(0x80000fc0)) == 63);
  CHECK(array.line_address(PhysicalAddress(0x80000fff)) == 0x80000fc0);
  fill(array, 2, 7);
  CHECK(array.find(in_set_5(7)) == 2u);
  CHECK_FALSE(array.find(in_set_5(8)).has_value());
}

TEST_CASE("cache: the first invalid way is replaced, then the tree decides") {
  CacheArray array{CacheGeometry()};
  for (unsigned way = 0; way < 4; ++way) {
    CHECK(array.victim(5) == way);
    fill(array, way, way);
  }
  // Ways 0, 1, 2, 3 were used in this order: r = 0, a = 0, b = 0.
  CHECK(array.victim(5) == 0);
  array.touch(5, 0);  // r = 1, a = 1
  CHECK(array.victim(5) == 2);
  array.touch(5, 2);  // r = 0, b = 1
  CHECK(array.victim(5) == 1);
  array.touch(5, 1);  // r = 1, a = 0
  CHECK(array.victim(5) == 3);
  array.touch(5, 3);  // r = 0, b = 0
  CHECK(array.victim(5) == 0);
}

TEST_CASE("cache: invalidation clears the replacement bits") {
  CacheArray array{CacheGeometry()};
  for (unsigned way = 0; way < 4; ++way) fill(array, way, way);
  array.touch(5, 0);
  array.invalidate();
  CHECK_FALSE(array.find(in_set_5(0)).has_value());
  for (unsigned way = 0; way < 4; ++way) array.line(5, way).valid = true;
  CHECK(array.victim(5) == 0);
}

TEST_CASE("bus: a line is an address cycle and eight data cycles") {
  BusSide bus(8);
  BusSide::Wishes wishes;
  wishes.line_read = true;
  CHECK(bus.requests(wishes, true, false));
  bus.clock(wishes, {true, false, false});
  for (int beat = 0; beat < 7; ++beat) {
    CHECK_FALSE(bus.acknowledges(true));
    CHECK(bus.requests(wishes, true, false));
    bus.clock(wishes, {true, false, false});
  }
  CHECK(bus.acknowledges(true));
  wishes.line_read = false;
  // Nothing follows: the last data cycle has no address phase.
  CHECK_FALSE(bus.requests(wishes, true, false));
  bus.clock(wishes, {true, false, false});
  CHECK_FALSE(bus.busy());
}

TEST_CASE("bus: a device access is address, data, done") {
  BusSide bus(8);
  BusSide::Wishes wishes;
  wishes.device = true;
  CHECK(bus.stalls(wishes, true));
  bus.clock(wishes, {true, false, true});
  CHECK(bus.in_data_phase());
  CHECK(bus.stalls(wishes, true));
  bus.clock(wishes, {true, false, true});
  CHECK(bus.done());
  CHECK_FALSE(bus.stalls(wishes, true));
  bus.clock(wishes, {true, false, true});
  CHECK(bus.done());
  bus.clock(wishes, {true, false, false});
  CHECK_FALSE(bus.busy());
}

TEST_CASE("arbiter: the data side first, the other one behind its burst") {
  BusArbiter arbiter(8);
  CHECK(arbiter.fetch_ready());
  arbiter.clock({true, true, true});
  unsigned cycles = 0;
  // The data side's address phases: seven more, then its last data cycle.
  while (!arbiter.fetch_ready()) {
    CHECK(arbiter.data_ready());
    const bool burst = cycles < 7;
    arbiter.clock({burst, burst, false});
    ++cycles;
  }
  CHECK(cycles == 8);
}

TEST_CASE("arbiter: an instruction burst keeps the data side waiting") {
  BusArbiter arbiter(8);
  arbiter.clock({false, false, true});
  CHECK_FALSE(arbiter.data_ready());
  arbiter.clock({false, false, false});
  CHECK(arbiter.data_ready());
}

TEST_CASE("arbiter: the count slips when the instruction side comes a cycle late") {
  BusArbiter arbiter(8);
  arbiter.clock({true, true, false});
  unsigned cycle = 1;
  arbiter.clock({true, true, true});  // address of beat 1
  ++cycle;
  for (; !arbiter.fetch_ready(); ++cycle) {
    const bool burst = cycle < 8;
    arbiter.clock({burst, burst, false});
  }
  // The remembered address went out in cycle 18 after the data side's first.
  CHECK(cycle == 19);
}

TEST_CASE("TLB: the lowest entry that is not marked is replaced") {
  Tlb tlb(4);
  const auto page = [](std::uint64_t n) { return n << pte::page_shift; };
  for (std::uint64_t n = 0; n < 3; ++n) tlb.write(page(n), sv39_satp, n << 10, 0);
  // The fourth mark would be the last one: all are taken away, the new entry's too.
  tlb.write(page(3), sv39_satp, 3 << 10, 0);
  tlb.use(tlb.match(page(0), sv39_satp));
  tlb.write(page(9), sv39_satp, 9 << 10, 0);
  CHECK(tlb.match(page(0), sv39_satp).hit);
  CHECK_FALSE(tlb.match(page(1), sv39_satp).hit);
  CHECK(tlb.match(page(9), sv39_satp).hit);
}

TEST_CASE("TLB: page sizes, address spaces, flush") {
  Tlb tlb(32);
  const std::uint64_t pte = 0x80000000 >> 2 | pte::valid;
  tlb.write(0x40000000, sv39_satp, pte, 1);
  const Tlb::Match match = tlb.match(0x401fffff, sv39_satp);
  REQUIRE(match.hit);
  CHECK(translated(match, 0x401fffff).value == 0x801fffff);
  CHECK_FALSE(tlb.match(0x40200000, sv39_satp).hit);
  const std::uint64_t other_space = sv39_satp | std::uint64_t{1} << atp::asid_shift;
  CHECK_FALSE(tlb.match(0x40000000, other_space).hit);
  tlb.flush();
  CHECK_FALSE(tlb.match(0x40000000, sv39_satp).hit);
}

TEST_CASE("TLB: what the bits of an entry permit") {
  using Kind = AccessRights::Kind;
  const auto verdict = [](std::uint64_t bits, Kind kind, PrivilegeMode mode) {
    Tlb::Match match;
    match.hit = true;
    match.pte = bits;
    AccessRights rights;
    rights.kind = kind;
    rights.mode = mode;
    return judge(match, 0, rights, AccessedDirtyUpdate::by_walker);
  };
  constexpr auto s = PrivilegeMode::supervisor;
  constexpr auto u = PrivilegeMode::user;
  CHECK(verdict(0xcf, Kind::write, s) == TlbVerdict::permitted);
  CHECK(verdict(0x4f, Kind::write, s) == TlbVerdict::update);
  CHECK(verdict(0x4f, Kind::read, s) == TlbVerdict::permitted);
  CHECK(verdict(0x0f, Kind::fetch, s) == TlbVerdict::update);
  CHECK(verdict(0xce, Kind::read, s) == TlbVerdict::page_fault);
  CHECK(verdict(0xc3, Kind::write, s) == TlbVerdict::page_fault);
  CHECK(verdict(0xdf, Kind::read, s) == TlbVerdict::page_fault);
  CHECK(verdict(0xdf, Kind::read, u) == TlbVerdict::permitted);
  CHECK(verdict(0xcf, Kind::read, u) == TlbVerdict::page_fault);
}

TEST_CASE("stalls: everything behind a stage that holds, and a bubble in front of it") {
  PipelineCauses causes;
  causes.divider_busy = true;
  const PipelineControl control = decide(causes);
  CHECK(control.stall_d);
  CHECK(control.stall_e);
  CHECK_FALSE(control.stall_m);
  CHECK(control.flush_m);
  CHECK_FALSE(control.flush_e);
}

TEST_CASE("flushes win over stalls, memory's own stall over a redirect") {
  PipelineCauses causes;
  causes.fetch_stalls = true;
  CHECK(decide(causes).stall_w);
  causes.redirect = true;
  CHECK_FALSE(decide(causes).stall_w);
  CHECK(decide(causes).flush_d);
  causes.memory_stalls = true;
  CHECK(decide(causes).stall_w);
  causes.trap = true;
  CHECK_FALSE(decide(causes).stall_w);
  CHECK(decide(causes).flush_w);
}
