// The flattened device trees that the platform passes to the software it starts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/hart/isa/extensions.hpp"
#include "platform/plugin/sections.hpp"

namespace cyclevisor {

/// The hardware that a device tree describes (docs/hypervisor.md has the bindings).
struct MachineDescription {
  ExtensionSet isa;
  std::string mmu_type;  ///< "riscv,sv39"; empty: no S-mode
  std::uint64_t timebase_hz = 0;
  std::uint64_t memory_first = 0;
  std::uint64_t memory_bytes = 0;
  unsigned uarts = 1;
  unsigned disks = 0;
  std::string bootargs;  ///< command line of a kernel; empty: none
  std::vector<DeviceSection> devices;
};

/// A virtual machine in the hypervisor's /chosen node.
struct VmDescription {
  unsigned number = 0;  ///< 1..N
  std::string name;
  std::uint64_t partition_first = 0;  ///< host-physical
  std::uint64_t partition_bytes = 0;
  std::uint64_t entry = 0;        ///< guest-physical
  std::uint64_t device_tree = 0;  ///< guest-physical
  std::uint64_t console = 0;      ///< the physical UART that the VM's output goes to
  std::uint64_t disk = 0;         ///< the physical virtio slot of its disk; 0: it has none
};

/// The tree of a machine, virtual or real, that a guest runs on.
std::string machine_device_tree(const MachineDescription& machine);

/// The tree of the machine that the hypervisor runs on, with the VMs that it creates.
std::string hypervisor_device_tree(const MachineDescription& machine, std::uint64_t slice,
                                   const std::vector<VmDescription>& vms);

/// Whether `blob` is a complete, well-formed flattened device tree.
bool is_device_tree(const std::string& blob);

}  // namespace cyclevisor
