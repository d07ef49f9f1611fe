#include "platform/program/symbol_table.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace cyclevisor {
namespace {

/// The demangled C++ name, or the name itself if it is not mangled.
std::string demangle(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? text.get() : name;
}

}  // namespace

SymbolTable::SymbolTable(const std::map<std::string, std::uint64_t>& symbols) {
  for (const auto& [name, address] : symbols) {
    if (name[0] != '$' && name[0] != '.') entries_.push_back({address, demangle(name)});
  }
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.address < b.address; });
}

/// The first entry after `address`.
std::size_t SymbolTable::after(std::uint64_t address) const {
  const auto place = std::upper_bound(
      entries_.begin(), entries_.end(), address,
      [](std::uint64_t value, const Entry& entry) { return value < entry.address; });
  return static_cast<std::size_t>(place - entries_.begin());
}

std::optional<SymbolTable::Symbol> SymbolTable::find(std::uint64_t address) const {
  const std::size_t next = after(address);
  if (next == 0) return std::nullopt;
  const bool is_last = next == entries_.size();
  return Symbol{entries_[next - 1].address,
                is_last ? ~std::uint64_t{0} : entries_[next].address - 1, entries_[next - 1].name};
}

std::string SymbolTable::describe(std::uint64_t address) const {
  const std::size_t next = after(address);
  if (next == 0) return {};
  const Entry& entry = entries_[next - 1];
  const std::uint64_t offset = address - entry.address;
  return offset == 0 ? entry.name : fmt::format("{}+{:#x}", entry.name, offset);
}

}  // namespace cyclevisor
