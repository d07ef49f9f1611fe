// Names for addresses, from an ELF file's symbols.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cyclevisor {

class SymbolTable {
 public:
  SymbolTable() = default;
  /// @param symbols name to address; local assembler labels ("$x", ".L1") are left out
  explicit SymbolTable(const std::map<std::string, std::uint64_t>& symbols);

  /// "main+0x10": the last symbol at or before `address`; empty when there is none.
  std::string describe(std::uint64_t address) const;

 private:
  struct Entry {
    std::uint64_t address;
    std::string name;
  };
  std::vector<Entry> entries_;  ///< by address
};

}  // namespace cyclevisor
