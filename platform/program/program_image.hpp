// Programs and raw images, read from files that need not be what they claim.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cyclevisor {

/// What is to lie in memory before the program starts.
struct ProgramImage {
  struct Segment {
    std::uint64_t address = 0;
    std::string bytes;               ///< contents
    std::uint64_t memory_bytes = 0;  ///< size in memory; what lies behind the contents is zero
  };
  std::vector<Segment> segments;
  std::uint64_t entry = 0;
  std::map<std::string, std::uint64_t> symbols;  ///< names that occur once or first
};

/// Reads the file `path` for memory [first, first + bytes). An ELF file must be an executable for
/// 64-bit little-endian RISC-V whose loadable segments and entry lie there. A Linux kernel's Image
/// is known by its header. A file whose name ends in ".bin" is taken as raw contents for `first` +
/// `raw_offset`. `where` begins the message of the ConfigurationError that everything else gives.
ProgramImage read_program(const std::filesystem::path& path, const std::string& where,
                          std::uint64_t first, std::uint64_t bytes, std::uint64_t raw_offset = 0);

/// True when `contents` begin with the header of a RISC-V Linux kernel's Image.
bool is_linux_image(const std::string& contents);

/// The same from the contents of a Linux kernel's Image, which goes `text_offset` bytes behind
/// `first` (Linux, Documentation/arch/riscv/boot-image-header.rst) and is entered at its beginning.
ProgramImage parse_linux_image(std::string contents, const std::string& where, std::uint64_t first,
                               std::uint64_t bytes);

/// The same from the contents of an ELF file.
ProgramImage parse_elf(std::string contents, const std::string& where, std::uint64_t first,
                       std::uint64_t bytes);

}  // namespace cyclevisor
