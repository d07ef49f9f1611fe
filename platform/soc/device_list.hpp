// The devices of the platform, one row each. Bus windows, device tree and the system on chip are
// made from this list; a new device has its folder in models/ and a row in device_list.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/hart/isa/extensions.hpp"
#include "platform/plugin/sections.hpp"
#include "platform/soc/soc_parts.hpp"
#include "platform/soc/tree_writer.hpp"

namespace cyclevisor {

struct PlatformDevice {
  std::string name;  ///< of its bus window
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;
  unsigned interrupt = 0;  ///< PLIC source; 0: none

  // The node in the device tree, without the address in its name; empty: it has none.
  std::string node;
  std::vector<std::string> compatible;
  /// Further properties, after `reg` and `interrupts`; may be empty.
  std::function<void(TreeWriter&)> properties;

  /// Makes the device. Returns the socket that the window leads to.
  std::function<Device::Socket&(SocParts&)> join;

  std::string title;  ///< in messages: "a UART"
  std::string where;  ///< of a plug-in's section, begins messages; else empty
};

/// Which devices there are.
struct DeviceSelection {
  ExtensionSet isa;              ///< S-mode has a context of its own at the PLIC
  std::uint64_t dram_bytes = 0;  ///< 0: no row for main memory
  unsigned uarts = 1;
  unsigned disks = 0;  ///< disk n is in virtio slot n; at most virt::virtio_slots
  std::vector<DeviceSection> sections;  ///< plug-ins
};

/// In the order of bus windows and nodes: main memory, built-in devices, plug-ins.
std::vector<PlatformDevice> platform_devices(const DeviceSelection& selection);

/// Phandles that other nodes refer to.
inline constexpr std::uint32_t interrupt_controller_phandle = 1;
inline constexpr std::uint32_t finisher_phandle = 2;
inline constexpr std::uint32_t plic_phandle = 3;

}  // namespace cyclevisor
