// What a guest finds outside its DRAM: the one table of virtual devices. Their addresses are those
// of QEMU's `virt` machine, and so are the access widths they take.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/virtual/machine.hpp"

namespace cyclevisor::hypervisor {

/// An access that a device refuses becomes an access fault in the guest.
enum class DeviceStatus : uint8_t { ok, refused };

struct VirtualDevice {
  const char* name;
  uint64_t base;
  uint64_t size;
  /// `offset` is aligned to `bytes`, which is 1, 2, 4 or 8. `value` is zero-extended.
  DeviceStatus (*read)(VirtualMachine& vm, uint64_t offset, unsigned bytes, uint64_t& value);
  DeviceStatus (*write)(VirtualMachine& vm, uint64_t offset, unsigned bytes, uint64_t value);
};

/// The device that holds all of the access, or nullptr: also when it is misaligned, since an
/// access to a device is not split (such an access faults).
const VirtualDevice* find_virtual_device(GuestAddress address, unsigned bytes);

HYPERVISOR_STAGE DeviceStatus virtual_timer_read(VirtualMachine& vm, uint64_t offset,
                                                 unsigned bytes, uint64_t& value);
HYPERVISOR_STAGE DeviceStatus virtual_timer_write(VirtualMachine& vm, uint64_t offset,
                                                  unsigned bytes, uint64_t value);

}  // namespace cyclevisor::hypervisor
