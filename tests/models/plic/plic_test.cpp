// The expectations are from the RISC-V PLIC specification 1.0.
#include "models/plic/plic.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "tests/models/bus/initiator.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t pending = 0x1000;
constexpr std::uint64_t enable(unsigned context) { return 0x2000 + 0x80 * context; }
constexpr std::uint64_t threshold(unsigned context) { return 0x20'0000 + 0x1000 * context; }
constexpr std::uint64_t claim(unsigned context) { return threshold(context) + 4; }
constexpr std::uint64_t priority(unsigned source) { return 4 * source; }

struct PlicTest {
  bool line[Plic::contexts] = {};
  Plic plic{"plic", sc_core::SC_ZERO_TIME,
            [this](Plic::Context context, bool level) { line[context] = level; }};
  TestInitiator initiator{"initiator"};
  PlicTest() {
    initiator.socket.bind(plic.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  std::uint64_t read(std::uint64_t offset) {
    const std::uint64_t value = initiator.read(offset, 4);
    REQUIRE(initiator.status == tlm::TLM_OK_RESPONSE);
    return value;
  }
  void write(std::uint64_t offset, std::uint64_t value) {
    REQUIRE(initiator.write(offset, value, 4) == tlm::TLM_OK_RESPONSE);
  }
  /// Enables source 10 for the machine-mode context.
  void open10() {
    write(priority(10), 1);
    write(enable(0), 1 << 10);
  }
};

TEST_CASE("a source interrupts the contexts that enable it, until it is claimed") {
  PlicTest t;
  t.open10();
  t.plic.set_source(10, true);
  CHECK(t.line[0]);
  CHECK_FALSE(t.line[1]);
  CHECK(t.read(pending) == 1 << 10);
  CHECK(t.read(claim(1)) == 0);
  CHECK(t.read(claim(0)) == 10);
  CHECK_FALSE(t.line[0]);
  CHECK(t.read(pending) == 0);
  CHECK(t.read(claim(0)) == 0);
}

TEST_CASE("the gateway forwards a level again only after completion") {
  PlicTest t;
  t.open10();
  t.plic.set_source(10, true);
  CHECK(t.read(claim(0)) == 10);
  t.plic.set_source(10, false);
  t.plic.set_source(10, true);
  CHECK(t.read(pending) == 0);
  t.write(claim(0), 10);
  CHECK(t.read(pending) == 1 << 10);
  CHECK(t.line[0]);
  CHECK(t.read(claim(0)) == 10);
  t.plic.set_source(10, false);
  t.write(claim(0), 10);
  CHECK(t.read(pending) == 0);
  CHECK_FALSE(t.line[0]);
}

TEST_CASE("a request remains when the level falls before the claim") {
  PlicTest t;
  t.open10();
  t.plic.set_source(10, true);
  t.plic.set_source(10, false);
  CHECK(t.line[0]);
  CHECK(t.read(claim(0)) == 10);
}

TEST_CASE("completion by a context that does not enable the source is ignored") {
  PlicTest t;
  t.open10();
  t.plic.set_source(10, true);
  CHECK(t.read(claim(0)) == 10);
  t.write(claim(1), 10);
  CHECK(t.read(pending) == 0);
  t.write(claim(0), 11);
  t.write(claim(0), 0);
  t.write(claim(0), 0xffffffff);
  CHECK(t.read(pending) == 0);
  t.write(claim(0), 10);
  CHECK(t.read(pending) == 1 << 10);
}

TEST_CASE("the highest priority is claimed first, the lowest number on a tie") {
  PlicTest t;
  t.write(enable(0), 0xffffffff);
  t.write(enable(0) + 4, 0xffffffff);
  t.write(enable(0) + 8, 0xffffffff);
  for (const unsigned source : {3, 40, 41, 95}) {
    t.write(priority(source), source == 3 ? 1 : source == 95 ? 7 : 5);
    t.plic.set_source(source, true);
  }
  CHECK(t.read(claim(0)) == 95);
  CHECK(t.read(claim(0)) == 40);
  CHECK(t.read(claim(0)) == 41);
  CHECK(t.read(claim(0)) == 3);
  CHECK(t.read(claim(0)) == 0);
}

TEST_CASE("the threshold masks the line, not the claim") {
  PlicTest t;
  t.write(priority(10), 3);
  t.write(enable(1), 1 << 10);
  t.write(threshold(1), 3);
  t.plic.set_source(10, true);
  CHECK_FALSE(t.line[1]);
  t.write(threshold(1), 2);
  CHECK(t.line[1]);
  t.write(threshold(1), 7);
  CHECK_FALSE(t.line[1]);
  CHECK(t.read(claim(1)) == 10);
}

TEST_CASE("priority 0 never interrupts") {
  PlicTest t;
  t.write(enable(0), 1 << 10);
  t.plic.set_source(10, true);
  CHECK_FALSE(t.line[0]);
  CHECK(t.read(claim(0)) == 0);
  t.write(priority(10), 1);
  CHECK(t.line[0]);
}

TEST_CASE("fields are WARL: three bits of priority and threshold, no source 0") {
  PlicTest t;
  t.write(priority(95), 0xffffffff);
  CHECK(t.read(priority(95)) == 7);
  t.write(threshold(0), 0xffffffff);
  CHECK(t.read(threshold(0)) == 7);
  t.write(priority(0), 0xffffffff);
  CHECK(t.read(priority(0)) == 0);
  t.write(enable(0), 0xffffffff);
  CHECK(t.read(enable(0)) == 0xfffffffe);
  t.write(pending, 0xffffffff);
  CHECK(t.read(pending) == 0);
}

TEST_CASE("unimplemented registers read zero and ignore writes") {
  PlicTest t;
  for (const std::uint64_t offset : {0x180, 0x100c, 0x200c, 0x2100, 0x200008, 0x202000, 0x5ffffc}) {
    t.write(offset, 0xffffffff);
    CHECK(t.read(offset) == 0);
  }
  CHECK(t.initiator.write(0x60'0000, 0, 4) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

TEST_CASE("registers are accessed as aligned words only") {
  PlicTest t;
  CHECK(t.initiator.write(priority(10), 1, 1) == tlm::TLM_BURST_ERROR_RESPONSE);
  CHECK(t.initiator.write(priority(10), 1, 8) == tlm::TLM_BURST_ERROR_RESPONSE);
  CHECK(t.initiator.write(priority(10) + 2, 1, 4) == tlm::TLM_BURST_ERROR_RESPONSE);
  CHECK(t.read(priority(10)) == 0);
}

TEST_CASE("a debugger does not claim") {
  PlicTest t;
  t.open10();
  t.plic.set_source(10, true);
  std::vector<std::uint8_t> data(4);
  CHECK(t.initiator.debug(tlm::TLM_READ_COMMAND, claim(0), data) == 4);
  CHECK(data[0] == 10);
  CHECK(t.line[0]);
}

TEST_CASE("only sources 1 to 95 exist") {
  PlicTest t;
  CHECK_THROWS_AS(t.plic.set_source(0, true), std::out_of_range);
  CHECK_THROWS_AS(t.plic.set_source(96, true), std::out_of_range);
}

}  // namespace
}  // namespace cyclevisor
