#include "hypervisor/boot/page_table.hpp"

#include "hypervisor/arch/csr.hpp"
#include "hypervisor/virtual/machine.hpp"

namespace cyclevisor::hypervisor {
namespace {

// Page-table entry flags.
constexpr uint64_t v = 1 << 0;
constexpr uint64_t r = 1 << 1;
constexpr uint64_t w = 1 << 2;
constexpr uint64_t x = 1 << 3;
constexpr uint64_t u = 1 << 4;
constexpr uint64_t a = 1 << 6;
constexpr uint64_t d = 1 << 7;
constexpr uint64_t leaf = v | r | w | x | u | a | d;

constexpr unsigned page_shift = 12;
constexpr unsigned ppn_shift = 10;
constexpr unsigned root_shift = 30;

uint64_t entry(uint64_t physical, uint64_t flags) {
  return physical >> page_shift << ppn_shift | flags;
}

uint64_t entry(const PageTable& table) { return entry(reinterpret_cast<uint64_t>(&table), v); }

void clear(PageTable& table) {
  for (uint64_t& each : table.entries) each = 0;
}

}  // namespace

void map_partition(PageTables& tables, HostRange partition) {
  clear(tables.root);
  clear(tables.large);
  clear(tables.small);
  tables.root.entries[guest_dram.value >> root_shift & 0x1ff] = entry(tables.large);
  const uint64_t large_pages = partition.bytes / large_page_bytes;
  for (uint64_t i = 0; i < large_pages; ++i) {
    tables.large.entries[i] = entry(partition.first.value + i * large_page_bytes, leaf);
  }
  const uint64_t tail = partition.first.value + large_pages * large_page_bytes;
  const uint64_t small_pages = partition.bytes % large_page_bytes / page_bytes;
  if (small_pages == 0) return;
  tables.large.entries[large_pages] = entry(tables.small);
  for (uint64_t i = 0; i < small_pages; ++i) {
    tables.small.entries[i] = entry(tail + i * page_bytes, leaf);
  }
}

uint64_t satp_for(const PageTables& tables, unsigned vm_number) {
  return satp::mode_sv39 | uint64_t{vm_number} << satp::asid_shift |
         reinterpret_cast<uint64_t>(&tables.root) >> page_shift;
}

}  // namespace cyclevisor::hypervisor
