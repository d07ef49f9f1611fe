// An ELF file's instructions: source lines and functions from DWARF, conditional branches from the
// instructions themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cyclevisor {

/// Instructions [first, end) that come from one source line.
struct CodeLine {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
  unsigned file = 0;  ///< index into CodeMap::files
  unsigned line = 0;
};

struct CodeFunction {
  std::string name;  ///< demangled, with parameters
  unsigned file = 0;
  unsigned line = 0;
  /// Its first instructions: of its own code, and of every place it was inlined at.
  std::vector<std::uint64_t> entries;
};

/// A conditional branch instruction.
struct CodeBranch {
  std::uint64_t address = 0;
  std::uint64_t next = 0;    ///< the instruction behind it
  std::uint64_t target = 0;  ///< where it goes when taken
  unsigned file = 0;
  unsigned line = 0;
};

struct CodeMap {
  std::vector<std::string> files;  ///< as the debug information names them, made normal
  std::vector<CodeLine> lines;     ///< by address, without overlaps
  std::vector<CodeFunction> functions;
  std::vector<CodeBranch> branches;  ///< by address

  /// Bounds of all lines' instructions; equal when there are none.
  std::uint64_t first() const { return lines.empty() ? 0 : lines.front().first; }
  std::uint64_t end() const { return lines.empty() ? 0 : lines.back().end; }
  /// The line that the instruction at `address` comes from, or null.
  const CodeLine* line_at(std::uint64_t address) const;
};

/// Reads the contents of a file that `read_program` accepts. Without line information the map is
/// empty; `where` begins the message of the ConfigurationError that damaged information gives.
CodeMap read_code_map(std::string contents, const std::string& where);

}  // namespace cyclevisor
