#include "platform/coverage/code_functions.hpp"

#include <cxxabi.h>
#include <dwarf.h>

#include <cstdlib>
#include <memory>
#include <optional>

namespace cyclevisor {
namespace {

/// Scopes nested more deeply than this are taken as damage.
constexpr unsigned max_depth = 100;

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), &std::free);
  return status == 0 ? text.get() : name;
}

std::optional<std::string> name_of(Dwarf_Die& die) {
  Dwarf_Attribute attribute;
  if (dwarf_attr_integrate(&die, DW_AT_linkage_name, &attribute) != nullptr) {
    if (const char* mangled = dwarf_formstring(&attribute)) return demangled(mangled);
  }
  const char* name = dwarf_diename(&die);
  if (name == nullptr) return std::nullopt;
  return name;
}

class Collector {
 public:
  Collector(const CodeMap& map, const std::function<unsigned(const std::string&)>& file_number,
            FunctionTable& functions)
      : map_(map), file_number_(file_number), functions_(functions) {}

  void walk(Dwarf_Die& parent, unsigned depth) {
    Dwarf_Die child;
    if (depth == max_depth || dwarf_child(&parent, &child) != 0) return;
    do {
      const int tag = dwarf_tag(&child);
      if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine) add(child);
      walk(child, depth + 1);
    } while (dwarf_siblingof(&child, &child) == 0);
  }

 private:
  void add(Dwarf_Die& die) {
    Dwarf_Addr entry = 0;
    if (dwarf_entrypc(&die, &entry) != 0) return;
    const CodeLine* place = map_.line_at(entry);
    const std::optional<std::string> name = name_of(die);
    if (place == nullptr || !name) return;
    // The assembler does not record the line of a function's declaration; its first line is used.
    unsigned file = place->file;
    unsigned line = place->line;
    int declared = 0;
    const char* path = dwarf_decl_file(&die);
    if (path != nullptr && dwarf_decl_line(&die, &declared) == 0 && declared > 0) {
      file = file_number_(path);
      line = static_cast<unsigned>(declared);
    }
    CodeFunction& function = functions_[{file, line, *name}];
    function.name = *name;
    function.file = file;
    function.line = line;
    function.entries.push_back(entry);
  }

  const CodeMap& map_;
  const std::function<unsigned(const std::string&)>& file_number_;
  FunctionTable& functions_;
};

}  // namespace

void collect_functions(Dwarf_Die& unit, const CodeMap& map,
                       const std::function<unsigned(const std::string&)>& file_number,
                       FunctionTable& functions) {
  Collector(map, file_number, functions).walk(unit, 0);
}

}  // namespace cyclevisor
