// The contents of memory when the hart leaves reset: programs, device trees, partitions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/observe/guest/observed.hpp"
#include "platform/program/program_image.hpp"
#include "platform/program/symbol_table.hpp"
#include "platform/scenario/scenario.hpp"

namespace cyclevisor {

/// A piece of memory contents at a host-physical address.
struct BootBlob {
  std::uint64_t address = 0;
  std::string bytes;
};

/// The whole reset state of memory and hart.
struct BootPlan {
  std::vector<BootBlob> blobs;
  std::uint64_t entry = 0;        ///< first instruction
  std::uint64_t device_tree = 0;  ///< a1
  /// a2, with a firmware: its address of `firmware_dynamic_info`; otherwise 0.
  std::uint64_t firmware_info = 0;
  /// Host-physical addresses of the HTIF doublewords, if the (native) program has them.
  std::optional<std::uint64_t> tohost;
  std::optional<std::uint64_t> fromhost;
  ObservedPlatform observed;
  /// [0]: what runs in M-mode (the native guest, the firmware or the hypervisor); [n]: VM number n.
  std::vector<SymbolTable> symbols;
  /// What the user should know about the images: "FILE: ...".
  std::vector<std::string> notes;
};

/// Reads the scenario's images and assigns addresses. Throws ConfigurationError.
BootPlan plan_boot(const Scenario& scenario);

/// Offset of the device tree in a guest's memory of that size: 2 MiB before its end, less in a
/// small memory.
std::uint64_t device_tree_offset(std::uint64_t memory_bytes);

}  // namespace cyclevisor
