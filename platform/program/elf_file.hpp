// An ELF file in memory, as far as it can be trusted: opened and its header checked.
#pragma once

#include <gelf.h>
#include <libelf.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "platform/program/symbol_table.hpp"

namespace cyclevisor {

class ElfFile {
 public:
  /// Throws ConfigurationError, whose message begins with `where`, unless the contents are a 64-bit
  /// little-endian RISC-V executable.
  ElfFile(std::string contents, std::string where);

  const GElf_Ehdr& header() const { return header_; }
  const std::string& contents() const { return contents_; }
  /// The program headers; throws ConfigurationError if the table is damaged.
  std::vector<GElf_Phdr> program_headers() const;

  struct Symbols {
    std::vector<SymbolTable::Entry> code;
    std::map<std::string, std::uint64_t> by_name;  ///< the first one of each name
  };
  /// Symbols are a convenience: damaged ones are ignored.
  Symbols symbols() const;

  [[noreturn]] void fail(const std::string& reason) const;

 private:
  struct End {
    void operator()(Elf* elf) const { elf_end(elf); }
  };

  void check_header() const;
  void read_table(Elf_Scn* section, const GElf_Shdr& table, Symbols& symbols) const;

  std::string contents_;  // libelf works in place
  std::string where_;
  std::unique_ptr<Elf, End> elf_;
  GElf_Ehdr header_{};
};

}  // namespace cyclevisor
