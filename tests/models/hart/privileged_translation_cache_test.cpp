// Translations that the hart caches must not be observable: an access that follows changes of
// privilege and status made by instructions (without a fence, which none of these needs) must have
// the same outcome as with empty caches.
#include <catch2/catch.hpp>
#include <random>

#include "tests/models/hart/privileged_tables.hpp"

using namespace cyclevisor;
using namespace cyclevisor::test;

namespace {

struct Outcome {
  std::uint64_t cause = 0;  ///< 0: retired
  std::uint64_t tval = 0;
  std::uint64_t tval2 = 0;
  std::uint64_t value = 0;
};

bool operator==(const Outcome& a, const Outcome& b) {
  return a.cause == b.cause && a.tval == b.tval && a.tval2 == b.tval2 && a.value == b.value;
}

constexpr unsigned pages = 12;

/// A machine whose window has pages of random permissions in three address spaces.
struct RandomPages : Machine {
  RandomPages(std::mt19937_64& random, TestEngine engine)
      : Machine(default_isa, MisalignedAccess::hardware, engine),
        own(*this, ram + 0x1'0000),
        virtual_own(*this, ram + 0x1'8000),
        guest(*this, ram + 0x2'0000) {
    for (unsigned i = 0; i < pages; ++i) {
      const std::uint64_t at = window + i * page;
      own.map(at, data + (random() % 4) * page, flags(random));
      const std::uint64_t guest_physical = 0x6000'0000 + (random() % 4) * page;
      virtual_own.map(at, guest_physical, flags(random));
    }
    for (std::uint64_t at = ram; at < ram + ram_bytes; at += page) {
      guest.map(at, at, entry::rwx | entry::U);
    }
    for (unsigned i = 0; i < 4; ++i) {
      guest.map(0x6000'0000 + i * page, data + i * page, flags(random) | entry::U);
      put64(data + i * page, 0x1000 + i);
      put(data + i * page + 0x100, encode::ecall);
    }
    set(number::satp, own.atp());
    set(number::vsatp, virtual_own.atp());
    set(number::hgatp, guest.atp());
  }

  static std::uint64_t flags(std::mt19937_64& random) {
    constexpr std::uint64_t choices[] = {entry::R, entry::X, entry::R | entry::W,
                                         entry::R | entry::X, entry::R | entry::W | entry::X};
    std::uint64_t result = entry::V | entry::A | choices[random() % 5];
    if (random() % 2 != 0) result |= entry::U;
    if (random() % 3 != 0) result |= entry::D;
    return result;
  }

  Outcome outcome(const Step& step) {
    Outcome result;
    if (step.trap) {
      result.cause = step.trap->cause;
      result.tval = step.trap->tval;
      result.tval2 = step.trap->tval2;
    } else {
      result.value = hart().x(7);
    }
    return result;
  }

  /// csrw mstatus, x5; csrw vsstatus, x6; a load or store of x7 at x10: all in M-mode.
  Outcome access(std::uint64_t status, std::uint64_t vsstatus, std::uint64_t address,
                 std::uint32_t instruction) {
    put(code, encode::csrrw(0, number::mstatus, 5));
    put(code + 4, encode::csrrw(0, number::vsstatus, 6));
    put(code + 8, instruction);
    hart().set_x(5, status);
    hart().set_x(6, vsstatus);
    hart().set_x(7, 0);
    hart().set_x(10, address);
    hart().set_pc(VirtualAddress(code));
    REQUIRE(step().retired);
    REQUIRE(step().retired);
    return outcome(step());
  }

  /// csrw mstatus, x5; csrw mepc, x10; mret; and the outcome there (an ECALL, if the fetch
  /// succeeds).
  Outcome fetch(std::uint64_t status, std::uint64_t address) {
    put(code, encode::csrrw(0, number::mstatus, 5));
    put(code + 4, encode::csrrw(0, number::mepc, 10));
    put(code + 8, encode::mret);
    hart().set_x(5, status);
    hart().set_x(10, address);
    hart().set_pc(VirtualAddress(code));
    for (unsigned i = 0; i < 3; ++i) REQUIRE(step().retired);
    return outcome(step());
  }

  /// Setting any CSR through the debug interface makes the hart discard cached translations.
  void forget() { set(number::mscratch, 0); }

  Tables own;
  Tables virtual_own;
  Tables guest;
};

std::uint64_t random_status(std::mt19937_64& random) {
  constexpr std::uint64_t privileges[] = {0, field::mpp_s};
  std::uint64_t status = privileges[random() % 2];
  for (const std::uint64_t bit : {field::sum, field::mxr, field::mpv}) {
    if (random() % 2 != 0) status |= bit;
  }
  return status;
}

TEST_CASE("random loads and stores in all modes: cached translations are not observable") {
  const auto engine = GENERATE(as<TestEngine>{}, test_engine, fast_test_engine);
  std::mt19937_64 random(1957);
  unsigned good = 0, bad = 0;
  for (unsigned round = 0; round < 20; ++round) {
    RandomPages machine(random, engine);
    for (unsigned i = 0; i < 500; ++i) {
      std::uint64_t status = random_status(random);
      if (random() % 8 != 0) status |= field::mprv;
      const std::uint64_t vsstatus = random_status(random) & (field::sum | field::mxr);
      const std::uint64_t address = window + random() % pages * page;
      const bool store = random() % 3 == 0;
      // A store writes the value that is already there, so that it can be repeated.
      const std::uint32_t instruction = store ? encode::amoadd_d(7, 10, 0) : encode::ld(7, 10);
      const Outcome kept = machine.access(status, vsstatus, address, instruction);
      machine.forget();
      const Outcome fresh = machine.access(status, vsstatus, address, instruction);
      (fresh.cause == 0 ? good : bad)++;
      if (!(kept == fresh)) {
        CAPTURE(round, i, status, vsstatus, address, store, kept.cause, fresh.cause);
        FAIL_CHECK();
      }
      // Refill the caches under other conditions before the next comparison.
      for (unsigned warm = 0; warm < 4; ++warm) {
        machine.access(random_status(random) | field::mprv,
                       random_status(random) & (field::sum | field::mxr),
                       window + random() % pages * page,
                       random() % 2 != 0 ? encode::ld(7, 10) : encode::sd(0, 11));
      }
    }
  }
  // Both outcomes occurred.
  CHECK(good > 1000);
  CHECK(bad > 1000);
}

TEST_CASE("random fetches in all modes: cached translations are not observable") {
  const auto engine = GENERATE(as<TestEngine>{}, test_engine, fast_test_engine);
  std::mt19937_64 random(1958);
  unsigned good = 0, bad = 0;
  for (unsigned round = 0; round < 20; ++round) {
    RandomPages machine(random, engine);
    for (unsigned i = 0; i < 500; ++i) {
      const std::uint64_t status = random_status(random);
      const std::uint64_t address = window + random() % pages * page + 0x100;
      const Outcome kept = machine.fetch(status, address);
      machine.forget();
      const Outcome fresh = machine.fetch(status, address);
      (fresh.cause >= 8 && fresh.cause <= 10 ? good : bad)++;
      if (!(kept == fresh)) {
        CAPTURE(round, i, status, address, kept.cause, fresh.cause);
        FAIL_CHECK();
      }
      for (unsigned warm = 0; warm < 4; ++warm) {
        machine.fetch(random_status(random), window + random() % pages * page + 0x100);
      }
    }
  }
  CHECK(good > 1000);
  CHECK(bad > 1000);
}

TEST_CASE("writes of satp, vsatp, hgatp and PMP by instructions affect the next access") {
  const auto engine = GENERATE(as<TestEngine>{}, test_engine, fast_test_engine);
  std::mt19937_64 random(1959);
  RandomPages machine(random, engine);
  machine.own.map(window, data, entry::rwx | entry::U);
  machine.virtual_own.map(window, 0x6000'0000, entry::rwx | entry::U);
  machine.guest.map(0x6000'0000, data + page, entry::rwx | entry::U);
  machine.guest.map(window, data + 2 * page, entry::rwx | entry::U);
  const auto load_after = [&](std::uint16_t csr, std::uint64_t value, std::uint64_t status) {
    machine.access(status, 0, window, encode::ld(7, 10));  // cache it
    // The access may have trapped, so MPP and MPV are written again.
    machine.put(code, encode::csrrw(0, csr, 5));
    machine.put(code + 4, encode::csrrw(0, number::mstatus, 6));
    machine.put(code + 8, encode::ld(7, 10));
    machine.hart().set_x(5, value);
    machine.hart().set_x(6, status);
    machine.hart().set_x(10, window);
    machine.hart().set_pc(VirtualAddress(code));
    REQUIRE(machine.step().retired);
    REQUIRE(machine.step().retired);
    return machine.outcome(machine.step());
  };
  const std::uint64_t user = field::mprv, guest = field::mprv | field::mpv;
  CHECK(load_after(number::mscratch, 0, user).value == 0x1000);
  CHECK(load_after(number::mscratch, 0, guest).value == 0x1001);
  CHECK(load_after(number::vsatp, 0, guest).value == 0x1002);
  CHECK(load_after(number::vsatp, machine.virtual_own.atp(), guest).value == 0x1001);
  CHECK(load_after(number::hgatp, 0, guest).cause == 5);  // the walk finds no memory
  CHECK(load_after(number::hgatp, machine.guest.atp(), guest).value == 0x1001);
  CHECK(load_after(number::satp, 0, user).cause == 5);
  CHECK(load_after(number::satp, machine.own.atp(), user).value == 0x1000);
  CHECK(load_after(number::pmpcfg0, 0x18, user).cause == 5);
  CHECK(load_after(number::pmpcfg0, 0x1f, user).value == 0x1000);
}

}  // namespace
