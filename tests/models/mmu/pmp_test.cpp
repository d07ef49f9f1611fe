// Physical memory protection, against the privileged specification's section of that name.
#include "models/mmu/pmp.hpp"

#include <catch2/catch.hpp>
#include <random>

using namespace cyclevisor;

namespace {

constexpr std::uint64_t R = 1, W = 2, X = 4, TOR = 1 << 3, NA4 = 2 << 3, NAPOT = 3 << 3, L = 1 << 7;
constexpr PrivilegeMode M = PrivilegeMode::machine;
constexpr PrivilegeMode S = PrivilegeMode::supervisor;
constexpr PrivilegeMode U = PrivilegeMode::user;
constexpr AccessType access_types[] = {AccessType::fetch, AccessType::load, AccessType::store};
constexpr PrivilegeMode lower_modes[] = {PrivilegeMode::user, PrivilegeMode::supervisor,
                                         PrivilegeMode::virtual_user,
                                         PrivilegeMode::virtual_supervisor};

void configure(PmpUnit& pmp, unsigned entry, std::uint64_t config, std::uint64_t address) {
  pmp.write_address(entry, address);
  const unsigned number = entry / 8 * 2;
  const unsigned shift = entry % 8 * 8;
  pmp.write_config(number,
                   (pmp.read_config(number) & ~(std::uint64_t{0xff} << shift)) | (config << shift));
}

/// pmpaddr for a naturally aligned power of two of at least 8 bytes.
constexpr std::uint64_t napot(std::uint64_t base, std::uint64_t bytes) {
  return (base >> 2) | ((bytes >> 3) - 1);
}

bool loads(const PmpUnit& pmp, std::uint64_t address, unsigned bytes = 1, PrivilegeMode mode = U) {
  return pmp.permits(PhysicalAddress(address), bytes, AccessType::load, mode);
}

TEST_CASE("configuration bytes: reserved bits read zero, R=0 with W=1 never reads back") {
  for (unsigned value = 0; value < 256; ++value) {
    PmpUnit pmp;
    pmp.write_config(0, value);
    const std::uint64_t got = pmp.read_config(0);
    CHECK((got & 0x60) == 0);
    CHECK((got & (R | W)) != W);
    if ((value & (R | W)) != W) CHECK(got == (value & 0x9f));
    // The other fields are independent.
    CHECK((got & 0x98) == (value & 0x98));
  }
}

TEST_CASE("pmpcfg0 holds entries 0 to 7, pmpcfg2 entries 8 to 15") {
  PmpUnit pmp;
  pmp.write_config(0, 0x0705'0403'0100'1f9f);
  pmp.write_config(2, 0x0f00'0000'0000'0009);
  CHECK(pmp.read_config(0) == 0x0705'0403'0100'1f9f);
  CHECK(pmp.read_config(2) == 0x0f00'0000'0000'0009);
  CHECK(pmp.read_config(4) == 0);
  pmp.write_config(4, ~std::uint64_t{0});
  CHECK(pmp.read_config(4) == 0);
}

TEST_CASE("pmpaddr holds bits 55:2, entries beyond the last read zero") {
  PmpUnit pmp;
  for (unsigned i = 0; i < 64; ++i) {
    pmp.write_address(i, ~std::uint64_t{0});
    CHECK(pmp.read_address(i) == (i < 16 ? (std::uint64_t{1} << 54) - 1 : 0));
  }
  PmpUnit narrow(16, 34);
  narrow.write_address(3, ~std::uint64_t{0});
  CHECK(narrow.read_address(3) == 0xffff'ffff);
}

TEST_CASE("no entries: CSRs read zero and everything is permitted") {
  PmpUnit pmp(0);
  pmp.write_config(0, 0x9f);
  pmp.write_address(0, 0x1234);
  CHECK(pmp.read_config(0) == 0);
  CHECK(pmp.read_address(0) == 0);
  for (const PrivilegeMode mode : lower_modes) {
    CHECK(loads(pmp, 0x8000'0000, 8, mode));
    CHECK(pmp.unrestricted(mode));
  }
  CHECK(pmp.unrestricted(M));
}

TEST_CASE("all entries OFF: M-mode may access everything, other modes nothing") {
  PmpUnit pmp;
  configure(pmp, 0, R | W | X, napot(0, 0x1000));  // A = OFF
  for (const AccessType type : access_types) {
    CHECK(pmp.permits(PhysicalAddress(0x10), 4, type, M));
    for (const PrivilegeMode mode : lower_modes) {
      CHECK_FALSE(pmp.permits(PhysicalAddress(0x10), 4, type, mode));
    }
  }
}

TEST_CASE("permissions: each RWX, locked or not, each mode and access") {
  for (const std::uint64_t rwx : {std::uint64_t{0}, R, R | W, X, R | X, R | W | X}) {
    for (const std::uint64_t lock : {std::uint64_t{0}, L}) {
      PmpUnit pmp;
      configure(pmp, 0, rwx | lock | NAPOT, napot(0x8000'0000, 0x1000));
      const bool listed[] = {(rwx & X) != 0, (rwx & R) != 0, (rwx & W) != 0};
      for (const AccessType type : access_types) {
        const bool allowed = listed[static_cast<int>(type)];
        for (const PrivilegeMode mode : lower_modes) {
          CHECK(pmp.permits(PhysicalAddress(0x8000'0ffc), 4, type, mode) == allowed);
        }
        CHECK(pmp.permits(PhysicalAddress(0x8000'0ffc), 4, type, M) == (lock == 0 || allowed));
      }
    }
  }
}

TEST_CASE("NA4 matches exactly four bytes") {
  PmpUnit pmp;
  configure(pmp, 0, R | NA4, 0x8000'0004 >> 2);
  CHECK_FALSE(loads(pmp, 0x8000'0003));
  CHECK(loads(pmp, 0x8000'0004));
  CHECK(loads(pmp, 0x8000'0007));
  CHECK_FALSE(loads(pmp, 0x8000'0008));
  CHECK(loads(pmp, 0x8000'0004, 4));
  CHECK_FALSE(loads(pmp, 0x8000'0000, 8));
  CHECK_FALSE(loads(pmp, 0x8000'0004, 8));
}

TEST_CASE("NAPOT matches 2^(n+3) bytes, n the number of trailing ones") {
  for (unsigned power = 3; power < 55; ++power) {
    PmpUnit pmp;
    const std::uint64_t bytes = std::uint64_t{1} << power;
    const std::uint64_t base = power < 54 ? bytes * 2 : 0;
    configure(pmp, 0, R | NAPOT, napot(base, bytes));
    if (base != 0) CHECK_FALSE(loads(pmp, base - 1));
    CHECK(loads(pmp, base));
    CHECK(loads(pmp, base + bytes - 1));
    CHECK(loads(pmp, base + bytes - 8, 8));
    CHECK_FALSE(loads(pmp, base + bytes));
    CHECK_FALSE(loads(pmp, base + bytes - 4, 8));
  }
}

TEST_CASE("NAPOT with all ones matches every physical address") {
  PmpUnit pmp;
  configure(pmp, 0, R | NAPOT, ~std::uint64_t{0});
  CHECK(loads(pmp, 0));
  CHECK(loads(pmp, (std::uint64_t{1} << 56) - 8, 8));
}

TEST_CASE("TOR matches from the previous pmpaddr up to below its own") {
  PmpUnit pmp;
  SECTION("entry 0 starts at address 0") {
    configure(pmp, 0, R | TOR, 0x1000 >> 2);
    CHECK(loads(pmp, 0));
    CHECK(loads(pmp, 0xfff));
    CHECK_FALSE(loads(pmp, 0x1000));
  }
  SECTION("the previous entry's address counts whatever its A field is") {
    for (const std::uint64_t previous : {std::uint64_t{0}, NA4, TOR}) {
      pmp.reset();
      configure(pmp, 4, previous, 0x1000 >> 2);
      configure(pmp, 5, R | TOR, 0x2000 >> 2);
      CHECK_FALSE(loads(pmp, 0xffc, 4));
      CHECK(loads(pmp, 0x1004));
      CHECK(loads(pmp, 0x1fff));
      CHECK_FALSE(loads(pmp, 0x2000));
      CHECK_FALSE(loads(pmp, 0x1ffc, 8));
    }
  }
  SECTION("an empty range matches nothing") {
    for (const std::uint64_t bottom : {0x2000, 0x2004, 0x3000}) {
      pmp.reset();
      configure(pmp, 4, 0, bottom >> 2);
      configure(pmp, 5, R | TOR, 0x2000 >> 2);
      configure(pmp, 6, R | NAPOT, napot(0x2000, 8));
      CHECK_FALSE(loads(pmp, 0x1ffc));
      CHECK(loads(pmp, 0x2000));
    }
  }
}

TEST_CASE("the lowest-numbered matching entry decides") {
  PmpUnit pmp;
  configure(pmp, 3, NAPOT, napot(0x8000'0000, 0x1000));
  configure(pmp, 9, R | NAPOT, napot(0x8000'0000, 0x10000));
  CHECK_FALSE(loads(pmp, 0x8000'0800));
  CHECK(loads(pmp, 0x8000'1000));
  configure(pmp, 1, R | NA4, 0x8000'0800 >> 2);
  CHECK(loads(pmp, 0x8000'0800));
  CHECK_FALSE(loads(pmp, 0x8000'0804));
}

TEST_CASE("an access that the first matching entry covers partially fails, also in M-mode") {
  for (const std::uint64_t lock : {std::uint64_t{0}, L}) {
    PmpUnit pmp;
    configure(pmp, 0, R | W | X | NA4 | lock, 0x8000'0000 >> 2);
    configure(pmp, 1, R | W | X | NAPOT | L, napot(0x8000'0000, 0x1000));
    for (const PrivilegeMode mode : {M, S, U}) {
      CHECK(loads(pmp, 0x8000'0000, 4, mode));
      CHECK_FALSE(loads(pmp, 0x8000'0000, 8, mode));
      CHECK(loads(pmp, 0x8000'0008, 8, mode));
    }
  }
  // No entry is locked: M-mode still fails, "irrespective of the L, R, W, and X bits".
  PmpUnit pmp;
  configure(pmp, 0, R | W | X | NA4, 0x8000'0000 >> 2);
  CHECK_FALSE(loads(pmp, 0x8000'0000, 8, M));
}

TEST_CASE("a locked entry ignores writes to its configuration and address until reset") {
  PmpUnit pmp;
  configure(pmp, 2, R | NAPOT | L, 0x100);
  pmp.write_config(0, 0);
  pmp.write_address(2, 0x200);
  pmp.write_address(1, 0x300);
  CHECK(pmp.read_config(0) == (R | NAPOT | L) << 16);
  CHECK(pmp.read_address(2) == 0x100);
  CHECK(pmp.read_address(1) == 0x300);
  // Its neighbours in the same register stay writable.
  pmp.write_config(0, 0x0909'0909'0909'0909);
  CHECK(pmp.read_config(0) ==
        (0x0909'0909'0909'0909 & ~std::uint64_t{0xff'0000}) + ((R | NAPOT | L) << 16));
  pmp.reset();
  CHECK(pmp.read_config(0) == 0);
  pmp.write_address(2, 0x200);
  CHECK(pmp.read_address(2) == 0x200);
}

TEST_CASE("an entry can be locked while OFF") {
  PmpUnit pmp;
  configure(pmp, 2, L, 0x100);
  configure(pmp, 2, R | NAPOT, 0x200);
  CHECK(pmp.read_config(0) == L << 16);
  CHECK(pmp.read_address(2) == 0x100);
}

TEST_CASE("a locked TOR entry locks the previous pmpaddr, not the previous configuration") {
  PmpUnit pmp;
  configure(pmp, 7, 0, 0x100);
  configure(pmp, 8, R | TOR | L, 0x200);
  pmp.write_address(7, 0x180);
  CHECK(pmp.read_address(7) == 0x100);
  configure(pmp, 7, X | NA4, 0x180);
  CHECK(pmp.read_config(0) == (X | NA4) << 56);
  pmp.write_address(6, 0x180);
  CHECK(pmp.read_address(6) == 0x180);
}

TEST_CASE("the last entry has no successor that could lock it") {
  PmpUnit pmp;
  pmp.write_address(15, 0x123);
  CHECK(pmp.read_address(15) == 0x123);
}

TEST_CASE("a mode is unrestricted only while no access of it could be denied") {
  PmpUnit pmp;
  const std::uint64_t everything = ~std::uint64_t{0};
  CHECK(pmp.unrestricted(M));
  CHECK_FALSE(pmp.unrestricted(S));
  configure(pmp, 5, L, 0x100);  // locked but OFF
  CHECK(pmp.unrestricted(M));
  configure(pmp, 6, R | W | X | NA4, 0x100);  // an access could match partially
  CHECK_FALSE(pmp.unrestricted(M));
  configure(pmp, 4, R | NAPOT, everything);
  CHECK(pmp.unrestricted(M));
  CHECK_FALSE(pmp.unrestricted(S));
  configure(pmp, 3, R | W | X | NAPOT, everything);
  CHECK(pmp.unrestricted(M));
  CHECK(pmp.unrestricted(S));
  configure(pmp, 2, R | NAPOT | L, everything);
  CHECK_FALSE(pmp.unrestricted(M));
  CHECK_FALSE(pmp.unrestricted(U));
}

TEST_CASE("generation changes with every change of the configuration") {
  PmpUnit pmp;
  std::uint64_t before = pmp.generation();
  const auto moved = [&] { return std::exchange(before, pmp.generation()) != pmp.generation(); };
  pmp.write_address(0, 0x1000);
  CHECK(moved());
  pmp.write_config(0, R | TOR | L);
  CHECK(moved());
  pmp.reset();
  CHECK(moved());
  loads(pmp, 0x100);
  CHECK_FALSE(moved());
}

TEST_CASE("verdicts of blocks agree with each access inside, on random configurations") {
  std::mt19937_64 random(20221);
  for (unsigned round = 0; round < 400; ++round) {
    PmpUnit pmp;
    // Entries that fall into or around one block of 64 bytes.
    for (unsigned entry = 0; entry < 16; ++entry) {
      configure(pmp, entry, random() & (random() % 4 == 0 ? 0x9f : 0x1f), random() % 64);
    }
    const std::uint64_t block = 64;
    for (const AccessType type : access_types) {
      for (const PrivilegeMode mode : {M, U}) {
        bool any_denied = false, any_permitted = false;
        for (std::uint64_t at = block; at < block + 64; ++at) {
          for (const unsigned bytes : {1u, 2u, 4u, 8u}) {
            if (at + bytes > block + 64) continue;
            (pmp.permits(PhysicalAddress(at), bytes, type, mode) ? any_permitted : any_denied) =
                true;
          }
        }
        const PmpVerdict verdict = pmp.verdict(PhysicalAddress(block), 64, type, mode);
        if (verdict == PmpVerdict::permitted) CHECK_FALSE(any_denied);
        if (verdict == PmpVerdict::denied) CHECK_FALSE(any_permitted);
      }
    }
  }
}

/// The matching rules evaluated byte by byte, as an independent reference.
bool second_opinion(const PmpUnit& pmp, std::uint64_t address, unsigned bytes, AccessType type,
                    PrivilegeMode mode) {
  for (unsigned entry = 0; entry < 16; ++entry) {
    const std::uint64_t config = (pmp.read_config(entry / 8 * 2) >> (entry % 8 * 8)) & 0xff;
    const std::uint64_t top = pmp.read_address(entry);
    const std::uint64_t bottom = entry == 0 ? 0 : pmp.read_address(entry - 1);
    unsigned matching_bytes = 0;
    for (std::uint64_t byte = address; byte < address + bytes; ++byte) {
      const std::uint64_t word = byte >> 2;
      bool match = false;
      if ((config & 0x18) == TOR) match = bottom <= word && word < top;
      if ((config & 0x18) == NA4) match = word == top;
      if ((config & 0x18) == NAPOT) {
        unsigned ones = 0;
        while (((top >> ones) & 1) != 0) ++ones;
        match = word >> (ones + 1) == top >> (ones + 1);
      }
      if (match) ++matching_bytes;
    }
    if (matching_bytes == 0) continue;
    if (matching_bytes < bytes) return false;
    if (mode == M && (config & L) == 0) return true;
    const std::uint64_t needed[] = {X, R, W};
    return (config & needed[static_cast<int>(type)]) != 0;
  }
  return mode == M;
}

TEST_CASE("random configurations agree with the rules evaluated byte by byte") {
  std::mt19937_64 random(7);
  unsigned checked = 0;
  for (unsigned round = 0; round < 2000; ++round) {
    PmpUnit pmp;
    for (unsigned entry = 0; entry < 16; ++entry) {
      // All ones with NAPOT match everything.
      configure(pmp, entry, random() & (random() % 2 == 0 ? 0x9f : 0x1f),
                random() % 16 == 0 ? ~std::uint64_t{0} : random() % 256);
    }
    for (unsigned i = 0; i < 100; ++i) {
      const std::uint64_t address = random() % 1100;
      const unsigned bytes = 1u << (random() % 4);
      const AccessType type = access_types[random() % 3];
      const PrivilegeMode mode = random() % 2 == 0 ? M : U;
      if (pmp.permits(PhysicalAddress(address), bytes, type, mode) !=
          second_opinion(pmp, address, bytes, type, mode)) {
        CAPTURE(round, address, bytes, static_cast<int>(type), name(mode));
        FAIL_CHECK();
      }
      ++checked;
    }
  }
  CHECK(checked == 200000);
}

}  // namespace
