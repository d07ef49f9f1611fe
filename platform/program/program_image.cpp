#include "platform/program/program_image.hpp"

#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>

#include <memory>
#include <utility>

#include "platform/base/configuration_error.hpp"
#include "platform/base/read_file.hpp"

namespace cyclevisor {
namespace {

struct ElfEnd {
  void operator()(Elf* elf) const { elf_end(elf); }
};
using ElfHandle = std::unique_ptr<Elf, ElfEnd>;

/// An ELF file in memory.
class ElfReader {
 public:
  ElfReader(std::string contents, std::string where)
      : contents_(std::move(contents)), where_(std::move(where)) {
    if (elf_version(EV_CURRENT) == EV_NONE) fail(elf_errmsg(-1));
    if (contents_.size() < SELFMAG || contents_.compare(0, SELFMAG, ELFMAG) != 0) {
      fail("not an ELF file and no Linux Image (a raw image must be named .bin)");
    }
    elf_.reset(elf_memory(contents_.data(), contents_.size()));
    if (elf_ == nullptr || elf_kind(elf_.get()) != ELF_K_ELF ||
        gelf_getehdr(elf_.get(), &header_) == nullptr) {
      fail("the ELF header is damaged");
    }
    check_header();
  }

  ProgramImage read(std::uint64_t first, std::uint64_t bytes) {
    ProgramImage image;
    image.entry = header_.e_entry;
    read_segments(image, first, bytes);
    if (image.entry - first >= bytes || image.entry % 2 != 0) {
      fail(fmt::format("the entry point {:#x} does not lie in the memory {:#x} to {:#x}",
                       image.entry, first, first + bytes - 1));
    }
    read_symbols(image);
    return image;
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw ConfigurationError(where_, reason);
  }

  void check_header() const {
    if (header_.e_ident[EI_CLASS] != ELFCLASS64) fail("a 32-bit ELF file; RV64 is needed");
    if (header_.e_ident[EI_DATA] != ELFDATA2LSB) fail("a big-endian ELF file");
    if (header_.e_machine != EM_RISCV) {
      fail(fmt::format("an ELF file for machine {}, not for RISC-V ({})", header_.e_machine,
                       EM_RISCV));
    }
    if (header_.e_type != ET_EXEC) {
      fail("not an executable: link it statically for a fixed address (ET_EXEC)");
    }
  }

  void read_segments(ProgramImage& image, std::uint64_t first, std::uint64_t bytes) const {
    std::size_t count = 0;
    if (elf_getphdrnum(elf_.get(), &count) != 0) fail("the program header table is damaged");
    for (std::size_t i = 0; i < count; ++i) {
      GElf_Phdr segment;
      if (gelf_getphdr(elf_.get(), static_cast<int>(i), &segment) == nullptr) {
        fail(fmt::format("program header {} lies outside the file", i));
      }
      if (segment.p_type != PT_LOAD || segment.p_memsz == 0) continue;
      if (segment.p_filesz > segment.p_memsz) {
        fail(fmt::format("segment {} has more contents than memory", i));
      }
      if (segment.p_offset > contents_.size() ||
          segment.p_filesz > contents_.size() - segment.p_offset) {
        fail(
            fmt::format("the file is cut off: segment {} needs {} bytes at offset {}, the file "
                        "has {}",
                        i, segment.p_filesz, segment.p_offset, contents_.size()));
      }
      const std::uint64_t offset = segment.p_paddr - first;
      if (offset >= bytes || segment.p_memsz > bytes - offset) {
        fail(
            fmt::format("segment {} ({:#x}, {:#x} bytes) does not lie in the memory {:#x} to "
                        "{:#x}",
                        i, segment.p_paddr, segment.p_memsz, first, first + bytes - 1));
      }
      image.segments.push_back(
          {segment.p_paddr, contents_.substr(segment.p_offset, segment.p_filesz), segment.p_memsz});
    }
    if (image.segments.empty()) fail("no segment is to be loaded");
  }

  /// Symbols are a convenience: damaged ones are ignored.
  void read_symbols(ProgramImage& image) const {
    Elf_Scn* section = nullptr;
    while ((section = elf_nextscn(elf_.get(), section)) != nullptr) {
      GElf_Shdr header;
      if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_SYMTAB ||
          header.sh_entsize == 0) {
        continue;
      }
      Elf_Data* data = elf_getdata(section, nullptr);
      if (data == nullptr) continue;
      const std::size_t count = data->d_size / header.sh_entsize;
      for (std::size_t i = 0; i < count; ++i) {
        GElf_Sym symbol;
        if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) break;
        const char* name = elf_strptr(elf_.get(), header.sh_link, symbol.st_name);
        if (name == nullptr || *name == '\0' || symbol.st_shndx == SHN_UNDEF) continue;
        image.symbols.emplace(name, symbol.st_value);
      }
    }
  }

  std::string contents_;  // libelf works in place
  std::string where_;
  ElfHandle elf_;
  GElf_Ehdr header_{};
};

}  // namespace

ProgramImage parse_elf(std::string contents, const std::string& where, std::uint64_t first,
                       std::uint64_t bytes) {
  return ElfReader(std::move(contents), where).read(first, bytes);
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
  image.entry = first + raw_offset;
  const std::uint64_t size = contents.size();
  image.segments.push_back({image.entry, std::move(contents), size});
  return image;
}

}  // namespace cyclevisor
