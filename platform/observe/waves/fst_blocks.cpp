#include "platform/observe/waves/fst_blocks.hpp"

#include <array>
#include <cstdint>
#include <fstream>

namespace cyclevisor {

bool fst_blocks_complete(const std::filesystem::path& path) {
  // The length counts itself but not the type before it, and is big-endian (Verilator's
  // gtkwave/fstapi.c).
  constexpr std::size_t length_bytes = 8;
  constexpr std::uint8_t unfinished = 255;
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) return false;
  std::uint64_t at = 0;
  while (at < size) {
    std::array<char, 1 + length_bytes> start{};
    file.seekg(static_cast<std::streamoff>(at));
    file.read(start.data(), start.size());
    if (!file || static_cast<std::uint8_t>(start[0]) == unfinished) return false;
    std::uint64_t length = 0;
    for (std::size_t i = 1; i < start.size(); ++i) {
      length = length << 8 | static_cast<std::uint8_t>(start[i]);
    }
    if (length < length_bytes || length >= size - at) return false;
    at += 1 + length;
  }
  return at > 0;
}

}  // namespace cyclevisor
