// A VM's page tables (privileged specification, "Sv39"): its DRAM and nothing else. Written once
// at boot, never changed.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/boot/config.hpp"

namespace cyclevisor::hypervisor {

constexpr uint64_t page_bytes = 4096;
constexpr uint64_t large_page_bytes = uint64_t{2} << 20;
/// Guest DRAM begins at a multiple of 1 GiB, so that up to here one table of each level is enough.
constexpr uint64_t maximum_partition_bytes = uint64_t{1} << 30;

struct alignas(page_bytes) PageTable {
  uint64_t entries[512];
};

/// The tables of one VM. `large` maps 2 MiB leaves; `small` the 4 KiB leaves behind the last of
/// them when the partition's size is no multiple of 2 MiB.
struct PageTables {
  PageTable root;
  PageTable large;
  PageTable small;
};

/// Fills `tables`, whose content before does not matter, so that guest addresses from 0x8000_0000
/// on are those of the partition: user mode may read, write and execute. A and D are set
/// beforehand, since a hart may fault instead of setting them. Nothing else is mapped.
void map_partition(PageTables& tables, HostRange partition);

/// `satp` for a VM with these tables.
uint64_t satp_for(const PageTables& tables, unsigned vm_number);

}  // namespace cyclevisor::hypervisor
