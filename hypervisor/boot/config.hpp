// What the device tree tells the hypervisor: the devices it drives and the VMs it runs. The binding
// is described in docs/hypervisor.md.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/boot/fdt.hpp"

namespace cyclevisor::hypervisor {

/// [first, first + bytes) of physical memory.
struct HostRange {
  HostAddress first;
  uint64_t bytes = 0;
};

struct VmConfig {
  char name[32] = {};
  unsigned number = 0;  ///< 1..maximum_vms
  HostRange partition;  ///< begins at a multiple of 2 MiB
  GuestAddress entry;
  GuestAddress dtb;
  HostAddress console;             ///< physical UART
  unsigned console_interrupt = 0;  ///< its PLIC source; 0: none
  HostAddress disk;                ///< physical virtio slot; 0: none
  unsigned disk_interrupt = 0;     ///< its PLIC source; 0: none
};

struct Config {
  HostAddress timer;
  HostAddress finisher;
  HostAddress plic;  ///< 0: none
  HostAddress console;
  HostRange memory;
  Ticks slice = 10000;
  unsigned vm_count = 0;
  VmConfig vms[maximum_vms];
};

/// What is wrong with a configuration, and in which node.
struct ConfigError {
  const char* reason = nullptr;  ///< nullptr: nothing
  const char* node = "";
  explicit operator bool() const { return reason != nullptr; }
};

/// Reads and checks everything. Partitions lie in memory, apart from each other and from `image`,
/// the memory that the hypervisor itself takes.
ConfigError read_config(const Fdt& fdt, HostRange image, Config& config);

}  // namespace cyclevisor::hypervisor
