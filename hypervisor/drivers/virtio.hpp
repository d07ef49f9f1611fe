// The registers of a physical virtio-mmio slot (VIRTIO 1.2, 4.2.2 "MMIO Device Register Layout").
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

enum class VirtioRegister : uint32_t {
  magic_value = 0x000,
  version = 0x004,
  device_id = 0x008,
  vendor_id = 0x00c,
  device_features = 0x010,
  device_features_select = 0x014,
  driver_features = 0x020,
  driver_features_select = 0x024,
  queue_select = 0x030,
  queue_number_maximum = 0x034,
  queue_number = 0x038,
  queue_ready = 0x044,
  queue_notify = 0x050,
  interrupt_status = 0x060,
  interrupt_acknowledge = 0x064,
  status = 0x070,
  queue_descriptors = 0x080,  ///< low half; the high one follows
  queue_driver = 0x090,
  queue_device = 0x0a0,
  configuration_generation = 0x0fc,
  configuration = 0x100,  ///< and what follows
};

class PhysicalVirtio {
 public:
  PhysicalVirtio() = default;
  explicit PhysicalVirtio(HostAddress base)
      : registers_(reinterpret_cast<volatile uint32_t*>(base.value)) {}

  explicit operator bool() const { return registers_ != nullptr; }
  uint32_t read(uint32_t offset) const { return registers_[offset / 4]; }
  uint32_t read(VirtioRegister number) const { return read(static_cast<uint32_t>(number)); }
  void write(VirtioRegister number, uint32_t value) const {
    registers_[static_cast<uint32_t>(number) / 4] = value;
  }
  void write_address(VirtioRegister low, uint64_t address) const {
    write(low, static_cast<uint32_t>(address));
    registers_[static_cast<uint32_t>(low) / 4 + 1] = static_cast<uint32_t>(address >> 32);
  }

 private:
  volatile uint32_t* registers_ = nullptr;
};

}  // namespace cyclevisor::hypervisor
