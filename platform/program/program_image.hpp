// Programs and raw images, read from files that are not trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "platform/program/symbol_table.hpp"

namespace cyclevisor {

/// The memory contents that a program needs before it starts.
struct ProgramImage {
  struct Segment {
    std::uint64_t address = 0;
    std::string bytes;               ///< contents
    std::uint64_t memory_bytes = 0;  ///< size in memory; the part after the contents is zero
  };
  std::vector<Segment> segments;
  std::uint64_t entry = 0;
  enum class Format : std::uint8_t { elf, linux_image, raw } format = Format::elf;
  /// Symbols of code at their virtual addresses and, where these differ, at the physical ones too.
  std::vector<SymbolTable::Entry> code;
  /// The physical addresses of all symbols, the first one of each name.
  std::map<std::string, std::uint64_t> by_name;
  /// What the user should know although the program can be loaded; each is a sentence.
  std::vector<std::string> notes;
};

/// Reads the file `path` for memory [first, first + bytes). An ELF file must be a 64-bit
/// little-endian RISC-V executable whose loadable segments and entry point are in that memory; it
/// is loaded at physical addresses (p_paddr). A Linux kernel's Image is recognized by its header. A
/// file whose name ends in ".bin" is raw contents for `first` + `raw_offset`. Everything else
/// throws ConfigurationError; `where` begins its message.
ProgramImage read_program(const std::filesystem::path& path, const std::string& where,
                          std::uint64_t first, std::uint64_t bytes, std::uint64_t raw_offset = 0);

/// Whether `contents` begin with the header of a RISC-V Linux kernel's Image.
bool is_linux_image(const std::string& contents);

/// The same from the contents of a Linux kernel's Image, which is loaded `text_offset` bytes after
/// `first` (Linux, Documentation/arch/riscv/boot-image-header.rst) and entered at its beginning.
ProgramImage parse_linux_image(std::string contents, const std::string& where, std::uint64_t first,
                               std::uint64_t bytes);

/// The same from the contents of an ELF file.
ProgramImage parse_elf(std::string contents, const std::string& where, std::uint64_t first,
                       std::uint64_t bytes);

}  // namespace cyclevisor
