// Caches and TLBs in isolation, against the text of the timing rules.
#include <catch2/catch.hpp>

#include "models/mmu/pte.hpp"
#include "models/timing/cache_array.hpp"
#include "models/timing/tlb.hpp"

using namespace cyclevisor;

namespace {

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

TEST_CASE("TLB: the lowest entry that is not marked is replaced") {
  Tlb tlb(4, PagingLevels::sv39);
  const TranslationSpace space;
  const auto page = [](std::uint64_t n) { return n << pte::page_shift; };
  for (std::uint64_t n = 0; n < 3; ++n) tlb.write(page(n), space, entry_of(n << 10, 0));
  // The fourth mark would be the last one: all are cleared, including the new entry's.
  tlb.write(page(3), space, entry_of(3 << 10, 0));
  tlb.use(tlb.match(page(0), space));
  tlb.write(page(9), space, entry_of(9 << 10, 0));
  CHECK(tlb.match(page(0), space).hit);
  CHECK_FALSE(tlb.match(page(1), space).hit);
  CHECK(tlb.match(page(9), space).hit);
}

TEST_CASE("TLB: page sizes, address spaces, flush") {
  // An ideal TLB differs only in that it never replaces an entry.
  for (const unsigned entries : {32u, 0u}) {
    Tlb tlb(entries, PagingLevels::sv39);
    const TranslationSpace space;
    const std::uint64_t pte = 0x80000000 >> 2 | pte::valid;
    tlb.write(0x40000000, space, entry_of(pte, 1));
    const Tlb::Match match = tlb.match(entries == 0 ? 0x40000fff : 0x401fffff, space);
    REQUIRE(match.hit);
    CHECK(translated(match, 0x401fffff).value == 0x801fffff);
    CHECK_FALSE(tlb.match(0x40200000, space).hit);
    TranslationSpace other;
    other.asid = 1;
    CHECK_FALSE(tlb.match(0x40000000, other).hit);
    tlb.write(0x50000000, space, entry_of(pte | pte::global, 0));
    CHECK(tlb.match(0x50000000, other).hit);
    other.machine = 1;
    CHECK_FALSE(tlb.match(0x50000000, other).hit);
    tlb.flush();
    CHECK_FALSE(tlb.match(0x40000000, space).hit);
  }
}

TEST_CASE(
    "TLB: bits above the page tables' are compared where only permitted translations are kept") {
  const std::uint64_t pte = 0x80000000 >> 2 | pte::valid;
  const auto hits_beyond = [&](unsigned entries, const TranslationSpace& space) {
    Tlb tlb(entries, PagingLevels::sv39);
    tlb.write(0x40000000, space, entry_of(pte, 0));
    CHECK(tlb.match(0x40000000, space).hit);
    return tlb.match(0x40000000 | std::uint64_t{1} << 40, space).hit;
  };
  const TranslationSpace one_stage;
  TranslationSpace guest;
  guest.machine = 1;
  CHECK(hits_beyond(32, one_stage));  // a page fault: see judge
  CHECK_FALSE(hits_beyond(0, one_stage));
  CHECK_FALSE(hits_beyond(32, guest));
  CHECK_FALSE(hits_beyond(0, guest));
}

TEST_CASE("TLB: permissions from the bits of an entry") {
  const auto verdict = [](std::uint64_t bits, AccessType type, PrivilegeMode mode) {
    TranslationRequest request;
    request.type = type;
    request.mode = mode;
    return judge(entry_of(bits, 0), request, 3, AccessedDirty::update);
  };
  constexpr auto s = PrivilegeMode::supervisor;
  constexpr auto u = PrivilegeMode::user;
  CHECK(verdict(0xcf, AccessType::store, s) == TlbVerdict::permitted);
  CHECK(verdict(0x4f, AccessType::store, s) == TlbVerdict::update);
  CHECK(verdict(0x4f, AccessType::load, s) == TlbVerdict::permitted);
  CHECK(verdict(0x0f, AccessType::fetch, s) == TlbVerdict::update);
  CHECK(verdict(0xce, AccessType::load, s) == TlbVerdict::page_fault);
  CHECK(verdict(0xc3, AccessType::store, s) == TlbVerdict::page_fault);
  CHECK(verdict(0xdf, AccessType::load, s) == TlbVerdict::page_fault);
  CHECK(verdict(0xdf, AccessType::load, u) == TlbVerdict::permitted);
  CHECK(verdict(0xcf, AccessType::load, u) == TlbVerdict::page_fault);
}
