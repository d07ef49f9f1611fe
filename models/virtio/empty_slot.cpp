#include "models/virtio/empty_slot.hpp"

#include "models/base/virt_map.hpp"

namespace cyclevisor {

EmptyVirtioSlot::EmptyVirtioSlot(sc_core::sc_module_name name, sc_core::sc_time access_time)
    : RegisterTarget(name, access_time) {
  const auto constant = [](std::uint64_t value) { return [value] { return value; }; };
  declare({{"MagicValue", 0, 4, constant(virt::virtio_magic), {}, {}},
           {"Version", 4, 4, constant(virt::virtio_version), {}, {}},
           {"DeviceID", 8, 4, constant(0), {}, {}},
           {"VendorID", 12, 4, constant(virt::virtio_vendor), {}, {}},
           {"others", 16, virt::virtio_slot_bytes - 16, {}, {}, {}}},
          AccessWidth::word);
}

}  // namespace cyclevisor
