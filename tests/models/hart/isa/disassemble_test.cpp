// Disassembly that the comparisons with objdump do not cover.
#include "models/hart/isa/disassemble.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>

#include "models/hart/isa/decode.hpp"

namespace cyclevisor {
namespace {

const char* one_csr_name(std::uint16_t number) { return number == 0x305 ? "mtvec" : nullptr; }

std::string text(std::uint32_t bits, std::uint64_t pc = 0) {
  const auto instruction = decode(bits, ExtensionSet::all());
  REQUIRE(instruction);
  return disassemble(*instruction, VirtualAddress(pc), one_csr_name);
}

TEST_CASE("a CSR is printed by its name, or by its number when it has none") {
  CHECK(text(0x30529073) == "csrrw zero,mtvec,t0");
  CHECK(text(0x3052d073) == "csrrwi zero,mtvec,5");
  CHECK(text(0x7c029073) == "csrrw zero,0x7c0,t0");
}

TEST_CASE("targets are absolute and wrap at the ends of the address space") {
  CHECK(text(0xffdff06f, 0x80000000) == "jal zero,0x7ffffffc");
  CHECK(text(0xffdff06f, 0) == "jal zero,0xfffffffffffffffc");
  CHECK(text(0xa009, 0xfffffffffffffffe) == "c.j 0x0");
}

TEST_CASE("aq and rl follow the mnemonic") {
  CHECK(text(0x00c5a52f) == "amoadd.w a0,a2,(a1)");
  CHECK(text(0x02c5a52f) == "amoadd.w.rl a0,a2,(a1)");
  CHECK(text(0x04c5a52f) == "amoadd.w.aq a0,a2,(a1)");
  CHECK(text(0x06c5a52f) == "amoadd.w.aqrl a0,a2,(a1)");
}

TEST_CASE("registers have their ABI names") {
  CHECK(register_name(0) == "zero");
  CHECK(register_name(8) == "s0");
  CHECK(register_name(31) == "t6");
}

}  // namespace
}  // namespace cyclevisor
