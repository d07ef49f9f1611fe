#include "hypervisor/virtual/devices.hpp"

#include "hypervisor/arch/csr.hpp"
#include "hypervisor/arch/hart.hpp"
#include "models/base/virt_map.hpp"

namespace cyclevisor::hypervisor {
namespace {

constexpr uint64_t low_word = 0xffffffff;

/// One 32-bit word of a 64-bit register; `offset` is that of the word.
constexpr uint64_t word_of(uint64_t value, uint64_t offset) {
  return (offset & 4) ? value >> 32 : value & low_word;
}

/// `value` with one of its 32-bit words replaced; the other half keeps its bits.
constexpr uint64_t with_word(uint64_t value, uint64_t offset, uint64_t word) {
  return (offset & 4) ? (value & low_word) | word << 32 : (value & ~low_word) | (word & low_word);
}

DeviceStatus uart_read(VirtualMachine& vm, uint64_t offset, unsigned bytes, uint64_t& value) {
  // Byte registers: a wider access is one of each byte in turn, as on QEMU.
  value = 0;
  for (unsigned i = 0; i < bytes; ++i) {
    value |= uint64_t{vm.uart.read(static_cast<unsigned>(offset) + i)} << 8 * i;
  }
  update_external_interrupt(vm);
  return DeviceStatus::ok;
}

DeviceStatus uart_write(VirtualMachine& vm, uint64_t offset, unsigned bytes, uint64_t value) {
  for (unsigned i = 0; i < bytes; ++i) {
    vm.uart.write(static_cast<unsigned>(offset) + i, static_cast<uint8_t>(value >> 8 * i));
  }
  update_external_interrupt(vm);
  return DeviceStatus::ok;
}

DeviceStatus finisher_read(VirtualMachine&, uint64_t, unsigned bytes, uint64_t& value) {
  value = 0;
  return bytes == 2 || bytes == 4 ? DeviceStatus::ok : DeviceStatus::refused;
}

void end(VirtualMachine& vm, uint16_t code) {
  vm.exit_code = code;
  vm.state = VirtualMachine::State::ended;
  vm.uart.flush();
}

DeviceStatus finisher_write(VirtualMachine& vm, uint64_t offset, unsigned bytes, uint64_t value) {
  if (bytes != 2 && bytes != 4) return DeviceStatus::refused;
  if (offset != 0) return DeviceStatus::ok;
  const auto code = static_cast<uint16_t>(value >> 16);
  switch (value & 0xffff) {
    case 0x5555:
      end(vm, 0);
      break;
    case 0x3333:
      // Code 0 would read as a pass.
      end(vm, code != 0 ? code : uint16_t{1});
      break;
    case 0x7777:  // reset: the image has changed since it was loaded, so the VM cannot start again
      end(vm, 0x7777);
      break;
    default:
      break;
  }
  return DeviceStatus::ok;
}

DeviceStatus plic_read(VirtualMachine& vm, uint64_t offset, unsigned bytes, uint64_t& value) {
  if (bytes != 4) return DeviceStatus::refused;
  value = vm.plic.read(offset);
  update_external_interrupt(vm);
  return DeviceStatus::ok;
}

DeviceStatus plic_write(VirtualMachine& vm, uint64_t offset, unsigned bytes, uint64_t value) {
  if (bytes != 4) return DeviceStatus::refused;
  vm.plic.write(offset, static_cast<uint32_t>(value));
  update_external_interrupt(vm);
  return DeviceStatus::ok;
}

/// The disk is in the first slot; the others are empty.
DeviceStatus virtio_read(VirtualMachine& vm, uint64_t offset, unsigned bytes, uint64_t& value) {
  if (bytes != 4) return DeviceStatus::refused;
  const auto in_slot = static_cast<uint32_t>(offset % virt::virtio_slot_bytes);
  value = offset == in_slot ? vm.disk.read(in_slot) : VirtualDisk::read_empty_slot(in_slot);
  return DeviceStatus::ok;
}

DeviceStatus virtio_write(VirtualMachine& vm, uint64_t offset, unsigned bytes, uint64_t value) {
  if (bytes != 4) return DeviceStatus::refused;
  if (offset >= virt::virtio_slot_bytes) return DeviceStatus::ok;
  vm.disk.write(static_cast<uint32_t>(offset), static_cast<uint32_t>(value));
  update_external_interrupt(vm);
  return DeviceStatus::ok;
}

// The timer comes first: it is the one that guests use most.
constexpr VirtualDevice devices[] = {
    {"timer", virt::timer_base, virt::timer_bytes, virtual_timer_read, virtual_timer_write},
    {"uart", virt::uart_base(0), virt::uart_registers, uart_read, uart_write},
    {"finisher", virt::finisher_base, virt::finisher_bytes, finisher_read, finisher_write},
    {"plic", virt::plic_base, virt::plic_bytes, plic_read, plic_write},
    {"virtio", virt::virtio_base, virt::virtio_slots* virt::virtio_slot_bytes, virtio_read,
     virtio_write},
};

}  // namespace

const VirtualDevice* find_virtual_device(GuestAddress address, unsigned bytes) {
  if ((address.value & (bytes - 1)) != 0) return nullptr;
  for (const VirtualDevice& device : devices) {
    // An aligned access that begins inside ends inside: sizes are multiples of eight.
    if (address.value - device.base < device.size) return &device;
  }
  return nullptr;
}

HYPERVISOR_STAGE DeviceStatus virtual_timer_read(VirtualMachine& vm, uint64_t offset,
                                                 unsigned bytes, uint64_t& value) {
  if (bytes < 4) return DeviceStatus::refused;
  value = 0;
  uint64_t whole = 0;
  switch (offset & ~uint64_t{4}) {
    case virt::msip_offset:
      if (offset != virt::msip_offset || bytes == 8) return DeviceStatus::refused;
      value = vm.device_interrupts >> interrupt::machine_software & 1;
      return DeviceStatus::ok;
    case virt::mtimecmp_offset:
      whole = vm.timer.compare();
      break;
    case virt::mtime_offset:
      whole = vm.timer.time(physical_time());
      break;
    default:  // registers of harts that this machine does not have: the RTL timer refuses them too
      return DeviceStatus::refused;
  }
  value = bytes == 8 ? whole : word_of(whole, offset);
  return DeviceStatus::ok;
}

HYPERVISOR_STAGE DeviceStatus virtual_timer_write(VirtualMachine& vm, uint64_t offset,
                                                  unsigned bytes, uint64_t value) {
  if (bytes < 4) return DeviceStatus::refused;
  switch (offset & ~uint64_t{4}) {
    case virt::msip_offset:
      if (offset != virt::msip_offset || bytes == 8) return DeviceStatus::refused;
      set_device_interrupt(vm, interrupt::machine_software, (value & 1) != 0);
      return DeviceStatus::ok;
    case virt::mtimecmp_offset:
      vm.timer.set_compare(bytes == 8 ? value : with_word(vm.timer.compare(), offset, value));
      break;
    case virt::mtime_offset: {
      const Ticks now = physical_time();
      vm.timer.set_time(bytes == 8 ? value : with_word(vm.timer.time(now), offset, value), now);
      break;
    }
    default:
      return DeviceStatus::refused;
  }
  vm.timer_changed = true;
  return DeviceStatus::ok;
}

}  // namespace cyclevisor::hypervisor
