#include "platform/coverage/code_map.hpp"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fmt/format.h>
#include <gelf.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "models/hart/isa/decode.hpp"
#include "platform/base/configuration_error.hpp"
#include "platform/coverage/code_functions.hpp"

namespace cyclevisor {
namespace {

/// More than the largest kernel; coverage keeps counters for all of it.
constexpr std::uint64_t max_code_bytes = 256 * 1024 * 1024;

struct ElfEnd {
  void operator()(Elf* elf) const { elf_end(elf); }
};
struct DwarfEnd {
  void operator()(Dwarf* dwarf) const { dwarf_end(dwarf); }
};

/// Executable contents of the file at their virtual addresses.
struct Text {
  std::uint64_t first = 0;
  const char* bytes = nullptr;
  std::uint64_t size = 0;

  bool contains(std::uint64_t address) const { return address - first < size; }
};

class CodeMapReader {
 public:
  CodeMapReader(std::string contents, std::string where)
      : contents_(std::move(contents)), where_(std::move(where)) {}

  CodeMap read() {
    elf_version(EV_CURRENT);
    elf_.reset(elf_memory(contents_.data(), contents_.size()));
    if (elf_ == nullptr || elf_kind(elf_.get()) != ELF_K_ELF) return {};  // a raw image
    read_texts();
    dwarf_.reset(dwarf_begin_elf(elf_.get(), DWARF_C_READ, nullptr));
    if (dwarf_ == nullptr) return {};
    for_each_unit([this](Dwarf_Die& unit) { read_lines(unit); });
    finish_lines();
    for_each_unit([this](Dwarf_Die& unit) {
      collect_functions(
          unit, map_, [this](const std::string& file) { return file_number(file); }, functions_);
    });
    for (auto& [key, function] : functions_) map_.functions.push_back(std::move(function));
    for (const CodeLine& line : map_.lines) find_branches(line);
    return std::move(map_);
  }

 private:
  [[noreturn]] void fail(const char* reason) const {
    throw ConfigurationError(where_, fmt::format("the debug information is damaged: {}", reason));
  }

  template <class Visitor>
  void for_each_unit(const Visitor& visit) {
    Dwarf_CU* unit = nullptr;
    Dwarf_Die die;
    int result = 0;
    while ((result = dwarf_get_units(dwarf_.get(), unit, &unit, nullptr, nullptr, &die, nullptr)) ==
           0) {
      visit(die);
    }
    if (result < 0) fail(dwarf_errmsg(-1));
  }

  void read_texts() {
    std::size_t count = 0;
    elf_getphdrnum(elf_.get(), &count);
    for (std::size_t i = 0; i < count; ++i) {
      GElf_Phdr segment;
      if (gelf_getphdr(elf_.get(), static_cast<int>(i), &segment) == nullptr) continue;
      const bool inside = segment.p_offset <= contents_.size() &&
                          segment.p_filesz <= contents_.size() - segment.p_offset;
      if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0 || !inside) continue;
      texts_.push_back({segment.p_vaddr, contents_.data() + segment.p_offset, segment.p_filesz});
    }
  }

  const Text* text_of(std::uint64_t address) const {
    for (const Text& text : texts_) {
      if (text.contains(address)) return &text;
    }
    return nullptr;
  }

  unsigned file_number(const std::string& path) {
    const std::string normal = std::filesystem::path(path).lexically_normal().string();
    const auto [place, fresh] = numbers_.emplace(normal, map_.files.size());
    if (fresh) map_.files.push_back(normal);
    return place->second;
  }

  void read_lines(Dwarf_Die& unit) {
    Dwarf_Lines* rows = nullptr;
    std::size_t count = 0;
    // A unit may lack a line table.
    if (dwarf_getsrclines(&unit, &rows, &count) != 0) return;
    for (std::size_t i = 0; i + 1 < count; ++i) {
      Dwarf_Line* row = dwarf_onesrcline(rows, i);
      bool end_of_sequence = false;
      Dwarf_Addr first = 0;
      Dwarf_Addr next = 0;
      int line = 0;
      if (dwarf_lineendsequence(row, &end_of_sequence) != 0 || end_of_sequence ||
          dwarf_lineaddr(row, &first) != 0 || dwarf_lineno(row, &line) != 0 ||
          dwarf_lineaddr(dwarf_onesrcline(rows, i + 1), &next) != 0) {
        continue;
      }
      const char* file = dwarf_linesrc(row, nullptr, nullptr);
      // Line 0: no source line. Code that the linker dropped is at address 0.
      const Text* text = text_of(first);
      if (file == nullptr || line <= 0 || text == nullptr || next <= first) continue;
      const std::uint64_t end = std::min<std::uint64_t>(next, text->first + text->size);
      map_.lines.push_back({first, end, file_number(file), static_cast<unsigned>(line)});
    }
  }

  /// Sorts the lines and removes overlaps, which only an unusual file has.
  void finish_lines() {
    std::vector<CodeLine>& lines = map_.lines;
    std::stable_sort(lines.begin(), lines.end(),
                     [](const CodeLine& a, const CodeLine& b) { return a.first < b.first; });
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      lines[i].end = std::min(lines[i].end, lines[i + 1].first);
    }
    lines.erase(std::remove_if(lines.begin(), lines.end(),
                               [](const CodeLine& line) { return line.end <= line.first; }),
                lines.end());
    if (map_.end() - map_.first() > max_code_bytes) {
      fail("code that is further apart than any program here is long");
    }
  }

  /// A line's first address is an instruction's, so decoding can begin there.
  void find_branches(const CodeLine& line) {
    const Text& text = *text_of(line.first);
    std::uint64_t pc = line.first;
    while (pc + 2 <= line.end) {
      std::uint32_t bits = 0;
      const std::uint64_t left = text.first + text.size - pc;
      std::memcpy(&bits, text.bytes + (pc - text.first), std::min<std::uint64_t>(left, 4));
      const std::optional<Instruction> instruction = decode(bits, ExtensionSet::all());
      const unsigned length =
          instruction ? instruction->length : (is_longer_than_16_bits(bits) ? 4 : 2);
      if (instruction && instruction->instruction_class == InstructionClass::branch) {
        map_.branches.push_back({pc, pc + length,
                                 pc + static_cast<std::uint64_t>(instruction->immediate), line.file,
                                 line.line});
      }
      pc += length;
    }
  }

  std::string contents_;
  std::string where_;
  std::unique_ptr<Elf, ElfEnd> elf_;
  std::unique_ptr<Dwarf, DwarfEnd> dwarf_;
  std::vector<Text> texts_;
  std::map<std::string, unsigned> numbers_;
  FunctionTable functions_;
  CodeMap map_;
};

}  // namespace

const CodeLine* CodeMap::line_at(std::uint64_t address) const {
  const auto after = std::upper_bound(
      lines.begin(), lines.end(), address,
      [](std::uint64_t value, const CodeLine& line) { return value < line.first; });
  if (after == lines.begin() || address >= (after - 1)->end) return nullptr;
  return &*(after - 1);
}

CodeMap read_code_map(std::string contents, const std::string& where) {
  return CodeMapReader(std::move(contents), where).read();
}

}  // namespace cyclevisor
