#include "platform/program/elf_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/base/configuration_error.hpp"

namespace cyclevisor {

ElfFile::ElfFile(std::string contents, std::string where)
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

void ElfFile::fail(const std::string& reason) const { throw ConfigurationError(where_, reason); }

void ElfFile::check_header() const {
  if (header_.e_ident[EI_CLASS] != ELFCLASS64) fail("a 32-bit ELF file; RV64 is needed");
  if (header_.e_ident[EI_DATA] != ELFDATA2LSB) fail("a big-endian ELF file");
  if (header_.e_machine != EM_RISCV) {
    fail(fmt::format("an ELF file for machine {}, not for RISC-V ({})", header_.e_machine,
                     EM_RISCV));
  }
  if (header_.e_type == ET_DYN) {
    fail(
        "not an executable for a fixed address but position-independent (ET_DYN): link it with "
        "-static and -no-pie");
  }
  if (header_.e_type == ET_REL) fail("not an executable but an object file (ET_REL): link it");
  if (header_.e_type != ET_EXEC) {
    fail("not an executable: link it statically for a fixed address (ET_EXEC)");
  }
}

std::vector<GElf_Phdr> ElfFile::program_headers() const {
  std::size_t count = 0;
  if (header_.e_phnum != 0 && header_.e_phentsize != sizeof(Elf64_Phdr)) {
    fail(fmt::format("program headers have {} bytes (e_phentsize), must have {}",
                     header_.e_phentsize, sizeof(Elf64_Phdr)));
  }
  const std::uint64_t bytes = header_.e_phnum * sizeof(Elf64_Phdr);
  if (header_.e_phoff > contents_.size() || bytes > contents_.size() - header_.e_phoff) {
    fail(
        fmt::format("the program header table is cut off: {} headers of {} bytes at offset {}, "
                    "the file has {} bytes",
                    header_.e_phnum, sizeof(Elf64_Phdr), header_.e_phoff, contents_.size()));
  }
  if (elf_getphdrnum(elf_.get(), &count) != 0) fail("the program header table is damaged");
  std::vector<GElf_Phdr> headers(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (gelf_getphdr(elf_.get(), static_cast<int>(i), &headers[i]) == nullptr) {
      fail(fmt::format("program header {} lies outside the file", i));
    }
  }
  return headers;
}

ElfFile::Symbols ElfFile::symbols() const {
  Symbols symbols;
  Elf_Scn* section = nullptr;
  while ((section = elf_nextscn(elf_.get(), section)) != nullptr) {
    GElf_Shdr table;
    if (gelf_getshdr(section, &table) == nullptr || table.sh_type != SHT_SYMTAB ||
        table.sh_entsize == 0) {
      continue;
    }
    read_table(section, table, symbols);
  }
  return symbols;
}

void ElfFile::read_table(Elf_Scn* section, const GElf_Shdr& table, Symbols& symbols) const {
  Elf_Data* data = elf_getdata(section, nullptr);
  if (data == nullptr) return;
  const std::size_t count = data->d_size / table.sh_entsize;
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Sym symbol;
    if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) return;
    const char* name = elf_strptr(elf_.get(), table.sh_link, symbol.st_name);
    const auto type = GELF_ST_TYPE(symbol.st_info);
    if (name == nullptr || *name == '\0' || symbol.st_shndx == SHN_UNDEF || type == STT_FILE ||
        type == STT_SECTION) {
      continue;
    }
    symbols.by_name.emplace(name, symbol.st_value);
    // Code: a function, or a label of assembly in a section with instructions.
    GElf_Shdr home;
    if ((type != STT_FUNC && type != STT_NOTYPE) ||
        gelf_getshdr(elf_getscn(elf_.get(), symbol.st_shndx), &home) == nullptr ||
        (home.sh_flags & SHF_EXECINSTR) == 0) {
      continue;
    }
    const std::uint64_t limit = home.sh_addr + home.sh_size;
    SymbolTable::Entry entry;
    entry.address = symbol.st_value;
    // A label has no size: it reaches to the next one.
    entry.end = symbol.st_size == 0 ? limit : std::min(symbol.st_value + symbol.st_size, limit);
    entry.name = name;
    entry.rank =
        (type == STT_FUNC ? 2u : 0u) + (GELF_ST_BIND(symbol.st_info) == STB_LOCAL ? 0u : 1u);
    entry.sized = symbol.st_size != 0;
    if (entry.address < entry.end) symbols.code.push_back(std::move(entry));
  }
}

}  // namespace cyclevisor
