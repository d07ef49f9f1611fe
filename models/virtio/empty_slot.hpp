// A virtio-mmio slot of QEMU's `virt` machine without a device: kernels for that board look there
// for disks and network cards.
#pragma once

#include "models/bus/register_target.hpp"

namespace cyclevisor {

/// The registers that every slot has (VIRTIO 1.2, 4.2.2 "MMIO Device Register Layout"): MagicValue,
/// Version 2, DeviceID 0 ("no device"), VendorID. "Other registers of such a slot must not be
/// accessed"; here they read zero and ignore writes. Only aligned 32-bit accesses are accepted.
class EmptyVirtioSlot : public RegisterTarget {
 public:
  EmptyVirtioSlot(sc_core::sc_module_name name, sc_core::sc_time access_time);
};

}  // namespace cyclevisor
