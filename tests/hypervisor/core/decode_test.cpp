// The decoder against encoders written from the specification's instruction formats: every load and
// store decodes to what was encoded, and nothing else decodes to a load or store.
#include "hypervisor/core/decode.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

using namespace cyclevisor::hypervisor;

namespace {

using Kind = MemoryOperation::Kind;

MemoryOperation decode(std::uint32_t instruction) {
  MemoryOperation operation;
  decode_memory_operation(instruction, &operation);
  return operation;
}

bool same(const MemoryOperation& a, const MemoryOperation& b) {
  return a.kind == b.kind && a.bytes == b.bytes && a.extension == b.extension &&
         a.data_register == b.data_register && a.base_register == b.base_register &&
         a.offset == b.offset;
}

MemoryOperation operation(Kind kind, unsigned bytes, Extension extension, unsigned data,
                          unsigned base, int offset) {
  return MemoryOperation{kind,
                         static_cast<std::uint8_t>(bytes),
                         extension,
                         static_cast<std::uint8_t>(data),
                         static_cast<std::uint8_t>(base),
                         static_cast<std::int16_t>(offset)};
}

unsigned bit(unsigned value, unsigned from, unsigned to) { return (value >> from & 1) << to; }

// CL and CS formats: uimm[5:3] in 12:10, then [2|6] (word) or [7:6] (double) in 6:5.
unsigned encode_register_form(unsigned funct3, unsigned data, unsigned base, unsigned offset,
                              unsigned bytes) {
  unsigned code = funct3 << 13 | base << 7 | data << 2;
  code |= bit(offset, 5, 12) | bit(offset, 4, 11) | bit(offset, 3, 10);
  code |=
      bytes == 4 ? bit(offset, 2, 6) | bit(offset, 6, 5) : bit(offset, 7, 6) | bit(offset, 6, 5);
  return code;
}

std::map<unsigned, MemoryOperation> all_compressed() {
  std::map<unsigned, MemoryOperation> all;
  const auto sign = Extension::sign;
  for (unsigned data = 0; data < 8; ++data) {
    for (unsigned base = 0; base < 8; ++base) {
      for (unsigned n = 0; n < 32; ++n) {
        all[encode_register_form(2, data, base, 4 * n, 4)] =
            operation(Kind::load, 4, sign, data + 8, base + 8, static_cast<int>(4 * n));
        all[encode_register_form(6, data, base, 4 * n, 4)] =
            operation(Kind::store, 4, sign, data + 8, base + 8, static_cast<int>(4 * n));
        all[encode_register_form(3, data, base, 8 * n, 8)] =
            operation(Kind::load, 8, sign, data + 8, base + 8, static_cast<int>(8 * n));
        all[encode_register_form(7, data, base, 8 * n, 8)] =
            operation(Kind::store, 8, sign, data + 8, base + 8, static_cast<int>(8 * n));
      }
    }
  }
  for (unsigned data = 0; data < 32; ++data) {
    for (unsigned n = 0; n < 64; ++n) {
      const unsigned w = 4 * n;
      const unsigned d = 8 * n;
      if (data != 0) {
        // c.lwsp: uimm[5] in 12, [4:2|7:6] in 6:2; c.ldsp: uimm[5] in 12, [4:3|8:6] in 6:2.
        all[2u << 13 | bit(w, 5, 12) | data << 7 | bit(w, 4, 6) | bit(w, 3, 5) | bit(w, 2, 4) |
            bit(w, 7, 3) | bit(w, 6, 2) | 2] =
            operation(Kind::load, 4, sign, data, 2, static_cast<int>(w));
        all[3u << 13 | bit(d, 5, 12) | data << 7 | bit(d, 4, 6) | bit(d, 3, 5) | bit(d, 8, 4) |
            bit(d, 7, 3) | bit(d, 6, 2) | 2] =
            operation(Kind::load, 8, sign, data, 2, static_cast<int>(d));
      }
      // c.swsp: uimm[5:2|7:6] in 12:7; c.sdsp: uimm[5:3|8:6] in 12:7.
      all[6u << 13 | bit(w, 5, 12) | bit(w, 4, 11) | bit(w, 3, 10) | bit(w, 2, 9) | bit(w, 7, 8) |
          bit(w, 6, 7) | data << 2 | 2] =
          operation(Kind::store, 4, sign, data, 2, static_cast<int>(w));
      all[7u << 13 | bit(d, 5, 12) | bit(d, 4, 11) | bit(d, 3, 10) | bit(d, 8, 9) | bit(d, 7, 8) |
          bit(d, 6, 7) | data << 2 | 2] =
          operation(Kind::store, 8, sign, data, 2, static_cast<int>(d));
    }
  }
  return all;
}

}  // namespace

TEST_CASE("every compressed encoding decodes to its load, its store, or nothing") {
  const auto expected = all_compressed();
  // 4 register forms x 64 register pairs x 32 offsets; 2 x 31 and 2 x 32 registers x 64 offsets.
  REQUIRE(expected.size() == 4 * 64 * 32 + 2 * 31 * 64 + 2 * 32 * 64);
  for (unsigned code = 0; code < 0x10000; ++code) {
    if ((code & 3) == 3) continue;
    const auto found = expected.find(code);
    const MemoryOperation decoded = decode(code);
    const bool right =
        found != expected.end() ? same(decoded, found->second) : decoded.kind == Kind::none;
    if (!right) FAIL("encoding " << std::hex << code);
  }
}

TEST_CASE("every form of load and store decodes to its operands") {
  for (unsigned data = 0; data < 32; ++data) {
    for (unsigned base = 0; base < 32; ++base) {
      for (int offset : {0, 1, -1, 7, 31, 32, -32, 2047, -2048, 0x555, -0x556}) {
        const auto immediate = static_cast<std::uint32_t>(offset) & 0xfff;
        for (unsigned funct3 = 0; funct3 < 7; ++funct3) {
          const std::uint32_t load = immediate << 20 | base << 15 | funct3 << 12 | data << 7 | 0x03;
          REQUIRE(same(decode(load), operation(Kind::load, 1u << (funct3 & 3),
                                               funct3 < 4 ? Extension::sign : Extension::zero, data,
                                               base, offset)));
        }
        for (unsigned funct3 = 0; funct3 < 4; ++funct3) {
          const std::uint32_t store = immediate >> 5 << 25 | data << 20 | base << 15 |
                                      funct3 << 12 | (immediate & 0x1f) << 7 | 0x23;
          REQUIRE(same(decode(store),
                       operation(Kind::store, 1u << funct3, Extension::sign, data, base, offset)));
        }
      }
    }
  }
}

TEST_CASE("random words decode to a memory access only with its opcode and width") {
  std::mt19937 random(1);
  for (int i = 0; i < 1'000'000; ++i) {
    const std::uint32_t word = static_cast<std::uint32_t>(random()) | 3;
    const unsigned opcode = word & 0x7f;
    const unsigned funct3 = word >> 12 & 7;
    Kind expected = Kind::none;
    if (opcode == 0x03 && funct3 != 7) expected = Kind::load;
    if (opcode == 0x23 && funct3 < 4) expected = Kind::store;
    if (opcode == 0x2f && (funct3 == 2 || funct3 == 3)) {
      expected = word >> 27 == 2 ? Kind::load_reserved : Kind::atomic;
    }
    if (decode(word).kind != expected) FAIL("word " << std::hex << word);
  }
}

TEST_CASE("atomics and floating-point accesses are no loads and stores") {
  CHECK(decode(0x00b6a62f).kind == Kind::atomic);         // amoadd.w a2, a1, (a3)
  CHECK(decode(0x1006b62f).kind == Kind::load_reserved);  // lr.d a2, (a3)
  CHECK(decode(0x1006b62f).bytes == 8);
  CHECK(decode(0x1006b62f).base_register == 13);
  CHECK(decode(0x0006b607).kind == Kind::none);  // fld fa2, 0(a3)
  CHECK(decode(0x00c6b027).kind == Kind::none);  // fsd fa2, 0(a3)
  CHECK(decode(0x2290).kind == Kind::none);      // c.fld
  CHECK(decode(0xa290).kind == Kind::none);      // c.fsd
}

TEST_CASE("SYSTEM instructions are told apart") {
  CHECK(decode_system_operation(0x30200073) == SystemOperation::mret);
  CHECK(decode_system_operation(0x10500073) == SystemOperation::wfi);
  for (std::uint32_t other :
       {0x00000073u, 0x00100073u, 0x10200073u, 0x12000073u, 0x7b200073u, 0x302000f3u, 0x30208073u,
        0x105000f3u, 0x6c05c573u, 0x00000013u, 0x0u, 0xffffffffu}) {
    CHECK(decode_system_operation(other) == SystemOperation::none);
  }
  // csrrci a5, mscratch, 21
  REQUIRE(decode_system_operation(0x340af7f3) == SystemOperation::csr);
  const CsrInstruction csr(0x340af7f3);
  CHECK(csr.csr() == 0x340);
  CHECK(csr.rd() == 15);
  CHECK(csr.rs1() == 21);
  CHECK(csr.action() == CsrInstruction::Action::clear);
  CHECK(csr.has_immediate());
  // csrrw zero, mepc, t6
  const CsrInstruction write(0x341f9073);
  CHECK(write.csr() == 0x341);
  CHECK(write.rd() == 0);
  CHECK(write.rs1() == 31);
  CHECK(write.action() == CsrInstruction::Action::write);
  CHECK_FALSE(write.has_immediate());
}
