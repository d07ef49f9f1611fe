#include "platform/program/symbol_table.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <string>

namespace cyclevisor {
namespace {

TEST_CASE("an address is described by the symbol before it") {
  const std::map<std::string, std::uint64_t> symbols{
      {"main", 0x100}, {"_Z3addii", 0x140}, {"$x", 0x108}, {".L5", 0x144}};
  const SymbolTable table(symbols);
  CHECK(table.describe(0xff).empty());
  CHECK(table.describe(0x100) == "main");
  CHECK(table.describe(0x110) == "main+0x10");
  CHECK(table.describe(0x146) == "add(int, int)+0x6");
}

}  // namespace
}  // namespace cyclevisor
