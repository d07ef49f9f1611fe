// Names for addresses, from an ELF file's symbols.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cyclevisor {

class SymbolTable {
 public:
  struct Entry {
    std::uint64_t address;
    std::string name;  ///< demangled
  };
  /// A symbol and the addresses up to the next one.
  struct Symbol {
    std::uint64_t first = 0;
    std::uint64_t last = 0;  ///< exclusive; that of the last symbol is the end of the address space
    std::string name;
  };

  SymbolTable() = default;
  /// From the result of `entries`.
  explicit SymbolTable(std::vector<Entry> entries) : entries_(std::move(entries)) {}
  /// @param symbols name to address; local assembler labels ("$x", ".L1") are left out
  explicit SymbolTable(const std::map<std::string, std::uint64_t>& symbols);

  /// "main+0x10": the last symbol at or before `address`; empty when there is none.
  std::string describe(std::uint64_t address) const;
  /// The last symbol at or before `address`, if there is one.
  std::optional<Symbol> find(std::uint64_t address) const;

  /// All symbols, by address.
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::size_t after(std::uint64_t address) const;

  std::vector<Entry> entries_;  ///< by address
};

}  // namespace cyclevisor
