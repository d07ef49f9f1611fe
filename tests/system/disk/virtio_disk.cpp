#include "tests/system/disk/virtio_disk.hpp"

#include "guests/common/csr.hpp"

namespace disk {
namespace {

constexpr unsigned source = VIRT_VIRTIO_INTERRUPT;
constexpr uint64_t external = uint64_t{1} << 11;  // mie.MEIE

volatile uint32_t& plic(uintptr_t offset) {
  return *reinterpret_cast<volatile uint32_t*>(uintptr_t{VIRT_PLIC_BASE} + offset);
}

void fence() { asm volatile("fence" ::: "memory"); }

Header header;
uint8_t result;

}  // namespace

volatile Queue queue;

bool negotiate() {
  if (reg(magic_value) != VIRT_VIRTIO_MAGIC || reg(version) != 2 || reg(device_id) != 2) {
    return false;
  }
  reg(status) = 0;
  while (reg(status) != 0) {
  }
  reg(status) = status_acknowledge;
  reg(status) = status_acknowledge | status_driver;
  reg(device_features_select) = 1;
  if ((reg(device_features) & 1) == 0) return false;  // VIRTIO_F_VERSION_1
  for (unsigned word = 0; word < 2; ++word) {
    reg(driver_features_select) = word;
    reg(driver_features) = word;
  }
  reg(status) = status_acknowledge | status_driver | status_features_ok;
  return (reg(status) & status_features_ok) != 0;
}

bool start_queue(uint64_t descriptors, uint64_t available, uint64_t used) {
  reg(queue_select) = 0;
  if (reg(queue_ready) != 0 || reg(queue_number_maximum) < queue_size) return false;
  reg(queue_number) = queue_size;
  set_address(queue_descriptors, descriptors);
  set_address(queue_driver, available);
  set_address(queue_device, used);
  reg(queue_ready) = 1;
  if (reg(queue_ready) == 0) return false;
  reg(status) = status_acknowledge | status_driver | status_features_ok | status_driver_ok;
  return true;
}

bool start() {
  plic(4 * source) = 1;
  plic(0x2000) = 1u << source;
  plic(0x200000) = 0;
  csr_write<csr_mie>(external);
  queue.available.index = 0;
  queue.used.index = 0;
  return negotiate() && start_queue(address_of(queue.descriptors), address_of(&queue.available),
                                    address_of(&queue.used));
}

void publish(uint16_t head) {
  queue.available.ring[queue.available.index % queue_size] = head;
  fence();
  queue.available.index = static_cast<uint16_t>(queue.available.index + 1);
  fence();
  reg(queue_notify) = 0;
}

uint32_t wait_for_interrupt() {
  while ((csr_read<csr_mip>() & external) == 0) asm volatile("wfi");
  const uint32_t claimed = plic(0x200004);
  const uint32_t pending = reg(interrupt_status);
  reg(interrupt_acknowledge) = pending;
  plic(0x200004) = claimed;
  fence();
  return claimed == source ? pending : 0;
}

uint8_t request(uint32_t type, uint64_t sector, const Segment* segments, unsigned count) {
  header = {type, 0, sector};
  result = 0xff;
  const uint16_t data_flags = type == type_out ? 0 : flag_write;
  const auto describe = [](unsigned index, const void* at, uint32_t bytes, unsigned flags) {
    volatile Descriptor& descriptor = queue.descriptors[index];
    descriptor.address = address_of(at);
    descriptor.bytes = bytes;
    descriptor.flags = static_cast<uint16_t>(flags);
    descriptor.next = static_cast<uint16_t>(index + 1);
  };
  describe(0, &header, sizeof header, flag_next);
  for (unsigned i = 0; i < count; ++i) {
    describe(1 + i, segments[i].data, segments[i].bytes, data_flags | flag_next);
  }
  describe(1 + count, &result, 1, flag_write);
  const uint16_t before = queue.used.index;
  publish(0);
  while (queue.used.index == before) {
    wait_for_interrupt();
    if ((reg(status) & status_needs_reset) != 0) return 0xff;
  }
  return *const_cast<volatile uint8_t*>(&result);
}

}  // namespace disk
