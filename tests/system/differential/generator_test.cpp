// The generator is deterministic on every host; otherwise a seed would be meaningless.
#include "tests/system/differential/generator.hpp"

#include <catch2/catch.hpp>

#include "models/hart/isa/decode.hpp"
#include "tests/system/differential/code_buffer.hpp"
#include "tests/system/differential/memory_map.hpp"

using namespace cyclevisor;
using namespace cyclevisor::differential;

TEST_CASE("random numbers: SplitMix64's own, reproducible") {
  // The first values of the published algorithm for seed 0.
  Random random(0);
  CHECK(random.bits() == 0xe220a8397b1dcdaf);
  CHECK(random.bits() == 0x6e789e6aa1b965f4);
  CHECK(random.bits() == 0x06c45d188009454f);
}

TEST_CASE("generator: a seed gives one program, another seed another") {
  for (std::size_t i = 0; i < subject_count; ++i) {
    ProgramOptions options;
    options.subject = static_cast<Subject>(i);
    options.launches = 20;
    CAPTURE(name(options.subject));
    const Program first = generate(7, options);
    CHECK(first.image == generate(7, options).image);
    CHECK(first.image != generate(8, options).image);
  }
}

TEST_CASE("generator: constants are loaded as they are") {
  // Evaluates lui, addi, addiw and slli.
  const auto loaded = [](std::uint64_t value) {
    std::vector<std::uint8_t> image(64);
    CodeBuffer code(image, map::image, map::image);
    code.load_immediate(5, value);
    std::uint64_t x = 0;
    const std::size_t end = static_cast<std::size_t>(code.address() - map::image);
    for (std::size_t at = 0; at < end; at += 4) {
      std::uint32_t bits = 0;
      for (unsigned i = 0; i < 4; ++i) bits |= std::uint32_t{image[at + i]} << (8 * i);
      const auto instruction = decode(bits, ExtensionSet::all());
      REQUIRE(instruction.has_value());
      const auto immediate = static_cast<std::uint64_t>(instruction->immediate);
      const std::uint64_t source = instruction->rs1 == 0 ? 0 : x;
      switch (instruction->operation) {
        case Operation::lui:
          x = immediate;
          break;
        case Operation::addi:
          x = source + immediate;
          break;
        case Operation::addiw:
          x = static_cast<std::uint64_t>(
              static_cast<std::int64_t>(static_cast<std::int32_t>(source + immediate)));
          break;
        case Operation::slli:
          x = source << immediate;
          break;
        default:
          FAIL("unexpected instruction");
      }
    }
    return x;
  };
  for (std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{2047}, std::uint64_t{2048}, ~std::uint64_t{0},
        std::uint64_t{0x7fffffff}, std::uint64_t{0x7ffff800}, std::uint64_t{0x80000000},
        std::uint64_t{0xffffffff}, std::uint64_t{1} << 63, ~(std::uint64_t{1} << 63),
        std::uint64_t{0x123456789abcdef0}, std::uint64_t{0xfedcba9876543800}}) {
    CAPTURE(value);
    CHECK(loaded(value) == value);
  }
}
