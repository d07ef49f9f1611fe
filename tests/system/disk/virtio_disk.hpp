// A driver for a virtio block device in the first virtio-mmio slot (VIRTIO 1.2, 4.2, 5.2).
#pragma once

#include <stdint.h>

#include "models/base/virt_map.h"

namespace disk {

constexpr unsigned queue_size = 8;
constexpr unsigned sector_bytes = 512;

struct Descriptor {
  uint64_t address;
  uint32_t bytes;
  uint16_t flags;
  uint16_t next;
};
constexpr uint16_t flag_next = 1;
constexpr uint16_t flag_write = 2;
constexpr uint16_t flag_indirect = 4;

struct Available {
  uint16_t flags;
  uint16_t index;
  uint16_t ring[queue_size];
};
struct UsedEntry {
  uint32_t id;
  uint32_t bytes;
};
struct Used {
  uint16_t flags;
  uint16_t index;
  UsedEntry ring[queue_size];
};

struct alignas(16) Queue {
  Descriptor descriptors[queue_size];
  Available available;
  alignas(4) Used used;
};

struct Header {
  uint32_t type;
  uint32_t reserved;
  uint64_t sector;
};
constexpr uint32_t type_in = 0;
constexpr uint32_t type_out = 1;
constexpr uint32_t type_flush = 4;
constexpr uint32_t type_get_id = 8;

enum Register : unsigned {
  magic_value = 0x00,
  version = 0x04,
  device_id = 0x08,
  device_features = 0x10,
  device_features_select = 0x14,
  driver_features = 0x20,
  driver_features_select = 0x24,
  queue_select = 0x30,
  queue_number_maximum = 0x34,
  queue_number = 0x38,
  queue_ready = 0x44,
  queue_notify = 0x50,
  interrupt_status = 0x60,
  interrupt_acknowledge = 0x64,
  status = 0x70,
  queue_descriptors = 0x80,
  queue_driver = 0x90,
  queue_device = 0xa0,
  capacity = 0x100,
};
constexpr uint32_t status_acknowledge = 1;
constexpr uint32_t status_driver = 2;
constexpr uint32_t status_driver_ok = 4;
constexpr uint32_t status_features_ok = 8;
constexpr uint32_t status_needs_reset = 64;

inline volatile uint32_t& reg(unsigned offset) {
  return *reinterpret_cast<volatile uint32_t*>(uintptr_t{VIRT_VIRTIO_BASE} + offset);
}
inline void set_address(Register low, uint64_t address) {
  reg(low) = static_cast<uint32_t>(address);
  reg(low + 4) = static_cast<uint32_t>(address >> 32);
}
inline uint64_t address_of(const volatile void* object) {
  return reinterpret_cast<uint64_t>(object);
}

extern volatile Queue queue;

/// Resets the device and takes it up to FEATURES_OK. False if there is no disk, or if it refuses.
bool negotiate();
/// The queue's registers; false if the device does not get ready.
bool start_queue(uint64_t descriptors, uint64_t available, uint64_t used);
/// All of it. Interrupts come from PLIC source 1.
bool start();

/// Makes the chain that begins with descriptor `head` available.
void publish(uint16_t head);
/// Sleeps until the device interrupts, and serves the PLIC. Returns InterruptStatus.
uint32_t wait_for_interrupt();
/// A request with `count` segments of data; its status byte, or 0xff if the disk needs a reset.
struct Segment {
  void* data;
  uint32_t bytes;
};
uint8_t request(uint32_t type, uint64_t sector, const Segment* segments, unsigned count);

}  // namespace disk
