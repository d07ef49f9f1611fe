// The page tables against a table walk written from the specification ("Virtual Address Translation
// Process").
#include "hypervisor/boot/page_table.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <random>

using namespace cyclevisor::hypervisor;

namespace {

std::optional<std::uint64_t> translate(const PageTables& tables, std::uint64_t address) {
  const auto sign = static_cast<std::int64_t>(address << 25) >> 25;
  if (static_cast<std::uint64_t>(sign) != address) return std::nullopt;
  auto table = reinterpret_cast<const std::uint64_t*>(&tables.root);
  for (int level = 2; level >= 0; --level) {
    const std::uint64_t pte = table[address >> (12 + 9 * level) & 0x1ff];
    if ((pte & 1) == 0) return std::nullopt;
    const std::uint64_t physical = pte >> 10 << 12;
    if ((pte & 0xe) != 0) {
      const std::uint64_t page = std::uint64_t{1} << (12 + 9 * level);
      if ((pte & 0xff) != 0xdf) return std::nullopt;  // D A - U X W R V, not global
      if (physical % page != 0) return std::nullopt;  // misaligned superpage
      return physical + address % page;
    }
    table = reinterpret_cast<const std::uint64_t*>(physical);
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a partition's every page is mapped, and nothing else is") {
  const auto tables = std::make_unique<PageTables>();
  for (std::uint64_t bytes :
       {std::uint64_t{0x1000}, std::uint64_t{0x200000}, std::uint64_t{0x201000},
        std::uint64_t{0x1000000}, std::uint64_t{0xfff000}, maximum_partition_bytes,
        maximum_partition_bytes - 0x1000}) {
    for (std::uint64_t* word = tables->root.entries; word != tables->small.entries + 512; ++word) {
      *word = 0x5a5a5a5a5a5a5a5a;  // memory is not zeroed beforehand
    }
    const std::uint64_t base = 0x81200000;
    map_partition(*tables, HostRange{HostAddress{base}, bytes});
    for (std::uint64_t offset = 0; offset < bytes; offset += 0x1000) {
      const auto physical = translate(*tables, 0x80000000 + offset + 0x123);
      if (physical != base + offset + 0x123) FAIL("offset " << offset << " of " << bytes);
    }
    std::mt19937_64 random(5);
    std::vector<std::uint64_t> outside = {
        0, 0x02000000, 0x10000000, 0x7fffffff, 0x80000000 + bytes, 0xffffffff80000000, never};
    for (int i = 0; i < 100'000; ++i) outside.push_back(random() >> (random() % 50));
    for (int shift = 0; shift < 64; ++shift) outside.push_back(std::uint64_t{1} << shift);
    for (std::uint64_t address : outside) {
      if (address - 0x80000000 < bytes) continue;
      if (translate(*tables, address)) FAIL("address " << std::hex << address << " is mapped");
    }
  }
}

TEST_CASE("satp names the mode, the VM and its root table") {
  const auto tables = std::make_unique<PageTables>();
  const std::uint64_t satp = satp_for(*tables, 16);
  CHECK(satp >> 60 == 8);
  CHECK((satp >> 44 & 0xffff) == 16);
  CHECK((satp << 20 >> 8) == reinterpret_cast<std::uint64_t>(&tables->root));
}
