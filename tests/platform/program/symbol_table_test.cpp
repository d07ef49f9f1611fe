#include "platform/program/symbol_table.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cyclevisor {
namespace {

using Entry = SymbolTable::Entry;

TEST_CASE("an address is described by the symbol before it") {
  const std::map<std::string, std::uint64_t> symbols{
      {"main", 0x100}, {"_Z3addii", 0x140}, {"$x", 0x108}, {".L5", 0x144}};
  const SymbolTable table(symbols);
  CHECK(table.describe(0xff).empty());
  CHECK(table.describe(0x100) == "main");
  CHECK(table.describe(0x110) == "main+0x10");
  CHECK(table.describe(0x146) == "add(int, int)+0x6");
}

TEST_CASE("an address has the name of the function that contains it, or none") {
  const SymbolTable table(
      std::vector<Entry>{Entry{0x100, 0x120, "step"}, Entry{0x140, 0x160, "step"},
                         Entry{0x160, 0x200, "outer"}, Entry{0x180, 0x190, "inner"}});
  CHECK(table.describe(0x11f) == "step+0x1f");
  CHECK(table.describe(0x120).empty());
  CHECK(table.describe(0x13f).empty());
  CHECK(table.describe(0x140) == "step");
  CHECK(table.describe(0x17f) == "outer+0x1f");
  CHECK(table.describe(0x18f) == "inner+0xf");
  CHECK(table.describe(0x190) == "outer+0x30");
  CHECK(table.describe(0x200).empty());
  // Everything in what `find` gives has the same name.
  for (std::uint64_t address = 0xf0; address < 0x210; ++address) {
    const auto found = table.find(address);
    if (!found) continue;
    CHECK(found->first <= address);
    CHECK(address <= found->last);
    for (std::uint64_t other = found->first; other <= found->last; ++other) {
      REQUIRE(table.find(other)->name == found->name);
    }
  }
}

TEST_CASE("a label without a size reaches to the next symbol or to the end of its section") {
  const SymbolTable table(std::vector<Entry>{Entry{0x100, 0x200, "first", 0, false},
                                             Entry{0x140, 0x200, "second", 0, false}});
  CHECK(table.describe(0x13f) == "first+0x3f");
  CHECK(table.describe(0x1ff) == "second+0xbf");
  CHECK(table.describe(0x200).empty());
}

TEST_CASE("of several names of an address the best one is used; what is no C++ name stays") {
  const SymbolTable table(std::vector<Entry>{Entry{0x100, 0x120, "global", 3},
                                             Entry{0x100, 0x120, "a_label", 0},
                                             Entry{0x120, 0x140, "f", 3}});
  CHECK(table.describe(0x104) == "global+0x4");
  CHECK(table.describe(0x120) == "f");  // not float
}

}  // namespace
}  // namespace cyclevisor
