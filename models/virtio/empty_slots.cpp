#include "models/virtio/empty_slots.hpp"

#include <string>

#include "models/base/virt_map.hpp"

namespace cyclevisor {

EmptyVirtioSlots::EmptyVirtioSlots(sc_core::sc_module_name name, sc_core::sc_time access_time)
    : RegisterTarget(name, access_time) {
  std::vector<Register> registers;
  for (unsigned slot = 0; slot < virt::virtio_slots; ++slot) {
    const std::uint64_t base = slot * virt::virtio_slot_bytes;
    const std::string prefix = "slot" + std::to_string(slot) + ".";
    const auto constant = [](std::uint64_t value) { return [value] { return value; }; };
    registers.push_back({prefix + "MagicValue", base, 4, constant(virt::virtio_magic), {}, {}});
    registers.push_back({prefix + "Version", base + 4, 4, constant(virt::virtio_version), {}, {}});
    registers.push_back({prefix + "DeviceID", base + 8, 4, constant(0), {}, {}});
    registers.push_back({prefix + "VendorID", base + 12, 4, constant(virt::virtio_vendor), {}, {}});
    registers.push_back({prefix + "others", base + 16, virt::virtio_slot_bytes - 16, {}, {}, {}});
  }
  declare(std::move(registers), AccessWidth::word);
}

}  // namespace cyclevisor
