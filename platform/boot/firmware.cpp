#include "platform/boot/firmware.hpp"

#include <array>

namespace cyclevisor {

std::string firmware_dynamic_info(std::uint64_t next_stage) {
  constexpr std::uint64_t magic = 0x4942534f;  // "OSBI"
  constexpr std::uint64_t version = 2;
  constexpr std::uint64_t supervisor = 1;
  constexpr std::uint64_t no_options = 0;
  constexpr std::uint64_t boot_hart = 0;
  std::string bytes;
  for (const std::uint64_t field :
       std::array{magic, version, next_stage, supervisor, no_options, boot_hart}) {
    for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(field >> shift);
  }
  return bytes;
}

}  // namespace cyclevisor
