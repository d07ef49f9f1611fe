// Linux, Documentation/arch/riscv/boot-image-header.rst: what the header of an Image says is obeyed
// or refused.
#include <catch2/catch.hpp>
#include <string>

#include "platform/base/configuration_error.hpp"
#include "platform/program/program_image.hpp"

namespace cyclevisor {
namespace {

using Catch::StartsWith;

constexpr std::uint64_t base = 0x8000'0000;
constexpr std::uint64_t room = 0x10'0000;

void put64(std::string& bytes, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<char>(value >> 8 * i);
}

std::string image(std::uint64_t text_offset, std::uint64_t image_size, std::uint64_t flags = 0) {
  std::string bytes(4096, '\x13');
  put64(bytes, 8, text_offset);
  put64(bytes, 16, image_size);
  put64(bytes, 24, flags);
  bytes.replace(48, 8, std::string("RISCV\0\0\0", 8));
  bytes.replace(56, 4, "RSC\x05");
  return bytes;
}

ProgramImage load(const std::string& bytes) {
  return parse_linux_image(bytes, "Image", base, room);
}

TEST_CASE("a Linux Image is known by its header") {
  CHECK(is_linux_image(image(0, 8192)));
  CHECK_FALSE(is_linux_image(image(0, 8192).substr(0, 63)));
  CHECK_FALSE(is_linux_image(std::string(4096, '\0')));
  CHECK_FALSE(is_linux_image(""));
}

TEST_CASE("a Linux Image lies text_offset behind the start of memory") {
  const std::string bytes = image(0x2'0000, 0x8000);
  const ProgramImage program = load(bytes);
  CHECK(program.entry == base + 0x2'0000);
  REQUIRE(program.segments.size() == 1);
  CHECK(program.segments[0].address == base + 0x2'0000);
  CHECK(program.segments[0].bytes == bytes);
  CHECK(program.segments[0].memory_bytes == 0x8000);
}

TEST_CASE("a Linux Image may fill memory to its last byte and no further") {
  CHECK_NOTHROW(load(image(0, room)));
  CHECK_THROWS_WITH(load(image(0, room + 1)), StartsWith("Image: the Linux Image needs 1048577"));
  CHECK_NOTHROW(load(image(room - 4096, 4096)));
  CHECK_THROWS_WITH(load(image(room - 4096, 4097)), StartsWith("Image: the Linux Image needs"));
  CHECK_THROWS_WITH(load(image(~std::uint64_t{0} - 3, 8192)), StartsWith("Image: the Linux Image"));
  CHECK_THROWS_WITH(load(image(0, ~std::uint64_t{0})), StartsWith("Image: the Linux Image needs"));
}

TEST_CASE("a Linux Image that cannot be meant is refused") {
  CHECK_THROWS_WITH(load(image(0, 4095)),
                    "Image: the header of the Linux Image says 4095 bytes, the file has 4096");
  CHECK_THROWS_WITH(load(image(0, 8192, 1)), "Image: a Linux Image for a big-endian hart");
  CHECK_THROWS_WITH(load(image(2, 8192)), StartsWith("Image: the Linux Image needs"));
}

}  // namespace
}  // namespace cyclevisor
