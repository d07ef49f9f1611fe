// The CSR table is complete and consistent.
#include "models/hart/csr/csr_table.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "models/hart/csr/csr_number.hpp"

using namespace cyclevisor;

TEST_CASE("CSR table: sorted, unique, named, with a section and a description") {
  std::set<std::string> names;
  std::uint16_t last = 0;
  bool first = true;
  for (const CsrRow& row : csr_table()) {
    CAPTURE(row.name);
    CHECK((first || row.number > last));
    first = false;
    last = row.number;
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.section.empty());
    CHECK_FALSE(row.description.empty());
    CHECK(find_csr(row.number) == &row);
    CHECK(std::string(csr_name(row.number)) == row.name);
  }
  CHECK(find_csr(0x7ff) == nullptr);
  CHECK(csr_name(0x7ff) == nullptr);
}

TEST_CASE("CSR table: read-only numbers have no writable bits") {
  for (const CsrRow& row : csr_table()) {
    CAPTURE(row.name);
    if (csr::is_read_only(row.number)) CHECK(row.write_mask == 0);
  }
}

TEST_CASE("CSR table: the V=1 counterpart has the next privilege and the same position") {
  unsigned counterparts = 0;
  for (const CsrRow& row : csr_table()) {
    if (row.virtual_counterpart == 0) continue;
    CAPTURE(row.name);
    ++counterparts;
    CHECK(row.virtual_counterpart == row.number + 0x100);
    REQUIRE(find_csr(row.virtual_counterpart) != nullptr);
    CHECK(find_csr(row.virtual_counterpart)->name == "v" + row.name);
  }
  // sstatus sie stvec sscratch sepc scause stval sip stimecmp satp
  CHECK(counterparts == 10);
}
