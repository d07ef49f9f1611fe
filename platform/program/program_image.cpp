#include "platform/program/program_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/base/configuration_error.hpp"
#include "platform/base/read_file.hpp"
#include "platform/program/elf_file.hpp"

namespace cyclevisor {
namespace {

/// Loads an ELF file's segments into the memory [first, first + bytes).
class ElfLoader {
 public:
  ElfLoader(const ElfFile& file, std::uint64_t first, std::uint64_t bytes)
      : file_(file), headers_(file.program_headers()), first_(first), bytes_(bytes) {}

  ProgramImage load() {
    ProgramImage image;
    image.entry = file_.header().e_entry;
    for (std::size_t i = 0; i < headers_.size(); ++i) {
      if (headers_[i].p_type == PT_LOAD && headers_[i].p_memsz != 0) load(image, headers_[i], i);
    }
    if (image.segments.empty()) file_.fail("no segment is to be loaded");
    check_apart(image);
    check_entry(image);
    note_float_abi(image);
    name_addresses(image);
    return image;
  }

 private:
  void load(ProgramImage& image, GElf_Phdr segment, std::size_t number) {
    const std::string& contents = file_.contents();
    if (segment.p_filesz > segment.p_memsz) {
      file_.fail(fmt::format("segment {} has more contents than memory", number));
    }
    if (segment.p_offset > contents.size() ||
        segment.p_filesz > contents.size() - segment.p_offset) {
      file_.fail(
          fmt::format("the file is cut off: segment {} needs {} bytes at offset {}, the "
                      "file has {}",
                      number, segment.p_filesz, segment.p_offset, contents.size()));
    }
    // The entry point is a virtual address: where the code's differs from its physical one, the
    // hart starts at the latter, as on QEMU.
    const std::uint64_t entry_offset = file_.header().e_entry - segment.p_vaddr;
    if ((segment.p_flags & PF_X) != 0 && entry_offset < segment.p_filesz) {
      image.entry = segment.p_paddr + entry_offset;
    }
    drop_headers_below(segment);
    if (segment.p_memsz == 0) return;
    const std::uint64_t offset = segment.p_paddr - first_;
    if (offset >= bytes_ || segment.p_memsz > bytes_ - offset) {
      file_.fail(
          fmt::format("segment {} ({:#x}, {:#x} bytes) does not lie in the memory {:#x} to "
                      "{:#x}",
                      number, segment.p_paddr, segment.p_memsz, first_, first_ + bytes_ - 1));
    }
    image.segments.push_back(
        {segment.p_paddr, contents.substr(segment.p_offset, segment.p_filesz), segment.p_memsz});
    numbers_.push_back(number);
  }

  /// A linker that is not told otherwise (-n) puts the ELF header, the program headers and notes
  /// (a build identifier) in front of the first section: below the memory, where nothing needs them.
  void drop_headers_below(GElf_Phdr& segment) const {
    if (segment.p_paddr >= first_) return;
    const std::uint64_t below = std::min(first_ - segment.p_paddr, segment.p_memsz);
    const std::uint64_t in_file = std::min(below, segment.p_filesz);
    for (std::uint64_t at = segment.p_offset; at < segment.p_offset + in_file; ++at) {
      if (!describes_the_file(at) && file_.contents()[at] != 0) return;
    }
    segment.p_offset += in_file;
    segment.p_filesz -= in_file;
    segment.p_memsz -= below;
    segment.p_paddr += below;
  }

  /// Whether the byte at `offset` of the file belongs to the headers or to a note.
  bool describes_the_file(std::uint64_t offset) const {
    const GElf_Ehdr& header = file_.header();
    if (offset < header.e_ehsize) return true;
    if (offset - header.e_phoff < header.e_phnum * sizeof(Elf64_Phdr)) return true;
    return std::any_of(headers_.begin(), headers_.end(), [&](const GElf_Phdr& note) {
      return note.p_type == PT_NOTE && offset - note.p_offset < note.p_filesz;
    });
  }

  /// Code that runs before the program has turned translation on is found under its physical
  /// address too.
  void name_addresses(ProgramImage& image) const {
    ElfFile::Symbols symbols = file_.symbols();
    image.code = std::move(symbols.code);
    const std::size_t count = image.code.size();
    for (std::size_t i = 0; i < count; ++i) {
      SymbolTable::Entry entry = image.code[i];
      const std::uint64_t bytes = entry.end - entry.address;
      const std::uint64_t physical = physical_address(entry.address);
      if (physical == entry.address) continue;
      entry.address = physical;
      entry.end = physical + bytes;
      image.code.push_back(std::move(entry));
    }
    for (auto& [name, address] : symbols.by_name) address = physical_address(address);
    image.by_name = std::move(symbols.by_name);
  }

  /// Where the segments put what the program calls `address`.
  std::uint64_t physical_address(std::uint64_t address) const {
    for (const GElf_Phdr& segment : headers_) {
      const std::uint64_t offset = address - segment.p_vaddr;
      if (segment.p_type == PT_LOAD && offset < segment.p_memsz) return segment.p_paddr + offset;
    }
    return address;
  }

  void check_apart(const ProgramImage& image) const {
    for (std::size_t i = 0; i < image.segments.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const ProgramImage::Segment& a = image.segments[j];
        const ProgramImage::Segment& b = image.segments[i];
        if (a.address + a.memory_bytes <= b.address || b.address + b.memory_bytes <= a.address) {
          continue;
        }
        file_.fail(fmt::format(
            "segments {} ({:#x}, {:#x} bytes) and {} ({:#x}, {:#x} bytes) "
            "overlap",
            numbers_[j], a.address, a.memory_bytes, numbers_[i], b.address, b.memory_bytes));
      }
    }
  }

  void check_entry(const ProgramImage& image) const {
    if (image.entry % 2 != 0) {
      file_.fail(fmt::format("the entry point {:#x} is odd: instructions are aligned to 2 bytes",
                             image.entry));
    }
    if (image.entry - first_ >= bytes_) {
      file_.fail(fmt::format("the entry point {:#x} does not lie in the memory {:#x} to {:#x}",
                             image.entry, first_, first_ + bytes_ - 1));
    }
  }

  void note_float_abi(ProgramImage& image) const {
    constexpr std::uint32_t float_abi = 0x6;  // EF_RISCV_FLOAT_ABI: not soft
    if ((file_.header().e_flags & float_abi) == 0) return;
    image.notes.emplace_back(
        "it was compiled for floating-point registers, which the hart does not have: use "
        "-mabi=lp64 "
        "and -march=rv64imac_zicsr_zifencei");
  }

  const ElfFile& file_;
  std::vector<GElf_Phdr> headers_;
  std::uint64_t first_;
  std::uint64_t bytes_;
  std::vector<std::size_t> numbers_;  ///< of the loaded segments, in the file
};

}  // namespace

ProgramImage parse_elf(std::string contents, const std::string& where, std::uint64_t first,
                       std::uint64_t bytes) {
  const ElfFile file(std::move(contents), where);
  return ElfLoader(file, first, bytes).load();
}

ProgramImage read_program(const std::filesystem::path& path, const std::string& where,
                          std::uint64_t first, std::uint64_t bytes, std::uint64_t raw_offset) {
  std::string contents = read_file(path, where);
  if (path.extension() != ".bin") {
    return is_linux_image(contents) ? parse_linux_image(std::move(contents), where, first, bytes)
                                    : parse_elf(std::move(contents), where, first, bytes);
  }
  const std::uint64_t room = bytes - raw_offset;
  if (contents.empty() || contents.size() > room) {
    throw ConfigurationError(
        where, fmt::format("the image has {} bytes, the memory {}", contents.size(), room));
  }
  ProgramImage image;
  image.format = ProgramImage::Format::raw;
  image.entry = first + raw_offset;
  const std::uint64_t size = contents.size();
  image.segments.push_back({image.entry, std::move(contents), size});
  return image;
}

}  // namespace cyclevisor
