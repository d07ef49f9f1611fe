// Names for addresses of code, from an ELF file's symbols.
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
  /// A function, or a label of assembly, and its addresses [address, end).
  struct Entry {
    std::uint64_t address = 0;
    std::uint64_t end = 0;
    std::string name;
    /// Of several names of one address the one of the highest rank is used.
    unsigned rank = 0;
    /// Without a size, `end` is a limit: the symbol reaches to the next one.
    bool sized = true;
  };
  /// Addresses [first, last] with the same name, around the one that was looked up.
  struct Symbol {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::string name;
  };

  SymbolTable() = default;
  /// In any order; mangled names are demangled. Local assembler labels ("$x", ".L1") are left out.
  explicit SymbolTable(std::vector<Entry> entries);
  /// Names for addresses, each up to the next one.
  explicit SymbolTable(const std::map<std::string, std::uint64_t>& symbols);

  /// "main+0x10": the function that contains `address`; empty when there is none.
  std::string describe(std::uint64_t address) const;
  /// The function that contains `address`, the innermost one.
  std::optional<Symbol> find(std::uint64_t address) const;

  /// All symbols, by address.
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  const Entry* containing(std::uint64_t address) const;
  std::size_t after(std::uint64_t address) const;

  std::vector<Entry> entries_;           ///< by address
  std::vector<std::uint64_t> furthest_;  ///< [n]: the last end of entries 0..n
};

}  // namespace cyclevisor
