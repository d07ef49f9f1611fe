#include "platform/program/symbol_table.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <tuple>

namespace cyclevisor {
namespace {

/// The demangled C++ name, or the name itself if it is not mangled.
std::string demangle(const std::string& name) {
  if (name.rfind("_Z", 0) != 0) return name;  // "f" would be demangled as a type, float
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? text.get() : name;
}

}  // namespace

SymbolTable::SymbolTable(std::vector<Entry> entries) {
  for (Entry& entry : entries) {
    if (entry.name[0] == '$' || entry.name[0] == '.') continue;
    entry.name = demangle(entry.name);
    entries_.push_back(std::move(entry));
  }
  const auto order = [](const Entry& entry) {
    return std::tie(entry.address, entry.rank, entry.name);
  };
  std::stable_sort(entries_.begin(), entries_.end(),
                   [&](const Entry& a, const Entry& b) { return order(a) < order(b); });
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    if (!entry.sized) {
      const std::size_t next = after(entry.address);
      if (next < entries_.size()) entry.end = std::min(entry.end, entries_[next].address);
    }
    furthest_.push_back(std::max(entry.end, furthest_.empty() ? 0 : furthest_.back()));
  }
}

SymbolTable::SymbolTable(const std::map<std::string, std::uint64_t>& symbols)
    : SymbolTable([&symbols] {
        std::vector<Entry> entries;
        for (const auto& [name, address] : symbols) {
          entries.push_back({address, ~std::uint64_t{0}, name, 0, false});
        }
        return entries;
      }()) {}

/// The first entry after `address`.
std::size_t SymbolTable::after(std::uint64_t address) const {
  const auto place = std::upper_bound(
      entries_.begin(), entries_.end(), address,
      [](std::uint64_t value, const Entry& entry) { return value < entry.address; });
  return static_cast<std::size_t>(place - entries_.begin());
}

const SymbolTable::Entry* SymbolTable::containing(std::uint64_t address) const {
  for (std::size_t i = after(address); i-- > 0 && address < furthest_[i];) {
    if (address < entries_[i].end) return &entries_[i];
  }
  return nullptr;
}

std::optional<SymbolTable::Symbol> SymbolTable::find(std::uint64_t address) const {
  const Entry* entry = containing(address);
  if (entry == nullptr) return std::nullopt;
  // Another symbol may begin inside this one, or end.
  const std::size_t next = after(address);
  std::uint64_t end = entry->end;
  if (next < entries_.size()) end = std::min(end, entries_[next].address);
  const bool innermost = next > 0 && entry == &entries_[next - 1];
  return Symbol{innermost ? entry->address : address, end - 1, entry->name};
}

std::string SymbolTable::describe(std::uint64_t address) const {
  const Entry* entry = containing(address);
  if (entry == nullptr) return {};
  const std::uint64_t offset = address - entry->address;
  return offset == 0 ? entry->name : fmt::format("{}+{:#x}", entry->name, offset);
}

}  // namespace cyclevisor
