// The boot image header of RISC-V Linux kernels (Linux,
// Documentation/arch/riscv/boot-image-header.rst).
#include <fmt/format.h>

#include <string_view>

#include "platform/base/configuration_error.hpp"
#include "platform/program/program_image.hpp"

namespace cyclevisor {
namespace {

// Offsets into the header; its numbers are little-endian.
constexpr std::size_t text_offset_at = 8;
constexpr std::size_t image_size_at = 16;
constexpr std::size_t flags_at = 24;
constexpr std::size_t magic2_at = 56;
constexpr std::size_t header_bytes = 64;
constexpr std::string_view magic2("RSC\x05", 4);
constexpr std::uint64_t flag_big_endian = 1;

std::uint64_t number_at(const std::string& contents, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(contents[at + i]);
  }
  return value;
}

}  // namespace

bool is_linux_image(const std::string& contents) {
  return contents.size() >= header_bytes && contents.compare(magic2_at, magic2.size(), magic2) == 0;
}

ProgramImage parse_linux_image(std::string contents, const std::string& where, std::uint64_t first,
                               std::uint64_t bytes) {
  const std::uint64_t text_offset = number_at(contents, text_offset_at);
  const std::uint64_t image_size = number_at(contents, image_size_at);
  if ((number_at(contents, flags_at) & flag_big_endian) != 0) {
    throw ConfigurationError(where, "a Linux Image for a big-endian hart");
  }
  if (image_size < contents.size()) {
    throw ConfigurationError(where, fmt::format("the header of the Linux Image says {} bytes, the "
                                                "file has {}",
                                                image_size, contents.size()));
  }
  if (text_offset >= bytes || image_size > bytes - text_offset || text_offset % 4 != 0) {
    throw ConfigurationError(
        where, fmt::format("the Linux Image needs {} bytes at offset {}, the memory has {}",
                           image_size, text_offset, bytes));
  }
  ProgramImage image;
  image.format = ProgramImage::Format::linux_image;
  image.entry = first + text_offset;
  image.segments.push_back({first + text_offset, std::move(contents), image_size});
  return image;
}

}  // namespace cyclevisor
