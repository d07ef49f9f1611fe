#include "hypervisor/virtual/disk.hpp"

#include "models/base/virt_map.hpp"

namespace cyclevisor::hypervisor {
namespace {

using Register = VirtioRegister;

constexpr uint32_t status_needs_reset = 64;
constexpr uint32_t configuration_change = 2;  // InterruptStatus

constexpr uint32_t flag_next = 1;
constexpr uint32_t flag_indirect = 4;
constexpr uint16_t no_interrupt = 1;  // of the available ring

// What the copy of a queue can stand for: VIRTIO_BLK_F_RO, VIRTIO_BLK_F_BLK_SIZE,
// VIRTIO_BLK_F_FLUSH; VIRTIO_F_VERSION_1.
constexpr uint32_t features[2] = {1u << 5 | 1u << 6 | 1u << 9, 1};

constexpr uint32_t permitted_features(uint32_t select) { return select < 2 ? features[select] : 0; }

/// Orders the stores before it before those behind it, as the disk sees them.
void fence() {
#ifdef __riscv
  asm volatile("fence" ::: "memory");
#else
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

uint64_t with_half(uint64_t whole, bool high, uint32_t half) {
  constexpr uint64_t low_word = 0xffffffff;
  return high ? (whole & low_word) | uint64_t{half} << 32 : (whole & ~low_word) | half;
}

}  // namespace

bool VirtualDisk::reach(uint64_t guest, uint64_t bytes, uint64_t& host) const {
  const uint64_t offset = guest - memory_.first.value;
  if (offset > memory_.bytes || bytes > memory_.bytes - offset) return false;
  host = memory_.host.value + offset;
  return true;
}

// --- Registers -----------------------------------------------------------------------------------

uint32_t VirtualDisk::read_empty_slot(uint32_t offset) {
  switch (static_cast<Register>(offset)) {
    case Register::magic_value:
      return virt::virtio_magic;
    case Register::version:
      return virt::virtio_version;
    case Register::vendor_id:
      return virt::virtio_vendor;
    default:
      return 0;
  }
}

uint32_t VirtualDisk::read(uint32_t offset) const {
  if (!device_) return read_empty_slot(offset);
  const auto number = static_cast<Register>(offset);
  if (number >= Register::configuration) return device_.read(offset);
  switch (number) {
    case Register::magic_value:
    case Register::version:
    case Register::device_id:
    case Register::vendor_id:
    case Register::configuration_generation:
      return device_.read(number);
    case Register::device_features:
      return device_.read(number) & permitted_features(device_features_select_);
    case Register::interrupt_status:
      return device_.read(number) | (configuration_changed_ ? configuration_change : 0);
    case Register::status:
      return device_.read(number) | (broken_ ? status_needs_reset : 0);
    default:
      return queue_select_ == 0 ? read_queue(number) : 0;
  }
}

uint32_t VirtualDisk::read_queue(VirtioRegister number) const {
  if (number == Register::queue_ready) return ready_ ? 1 : 0;
  if (number != Register::queue_number_maximum) return 0;
  const uint32_t maximum = device_.read(number);
  return maximum < maximum_queue_size ? maximum : maximum_queue_size;
}

void VirtualDisk::write(uint32_t offset, uint32_t value) {
  if (!device_) return;
  const auto number = static_cast<Register>(offset);
  switch (number) {
    case Register::device_features_select:
      device_features_select_ = value;
      device_.write(number, value);
      return;
    case Register::driver_features_select:
      driver_features_select_ = value;
      device_.write(number, value);
      return;
    case Register::driver_features:
      device_.write(number, value & permitted_features(driver_features_select_));
      return;
    case Register::queue_select:
      queue_select_ = value;
      device_.write(number, value);
      return;
    case Register::queue_notify:
      if (value == 0 && ready_ && !broken_) pass_available();
      return;
    case Register::interrupt_acknowledge:
      acknowledge(value);
      return;
    case Register::status:
      device_.write(number, value);
      if (value == 0) reset();
      return;
    case Register::queue_ready:
      if (queue_select_ != 0) return;
      if ((value & 1) == 0) {
        stop_queue();
      } else if (!ready_) {
        start_queue();
      }
      return;
    default:
      if (queue_select_ == 0 && !ready_) write_queue(offset, value);
  }
}

void VirtualDisk::write_queue(uint32_t offset, uint32_t value) {
  const bool high = (offset & 4) != 0;
  switch (static_cast<Register>(offset & ~uint32_t{4})) {
    case Register::queue_number:
      if (!high) queue_number_ = value;
      return;
    case Register::queue_descriptors:
      descriptors_ = with_half(descriptors_, high, value);
      return;
    case Register::queue_driver:
      driver_ = with_half(driver_, high, value);
      return;
    case Register::queue_device:
      used_ = with_half(used_, high, value);
      return;
    default:
      return;
  }
}

void VirtualDisk::reset() {
  queue_select_ = driver_features_select_ = device_features_select_ = queue_number_ = 0;
  descriptors_ = driver_ = used_ = 0;
  ready_ = broken_ = configuration_changed_ = false;
  acknowledge(0);
}

void VirtualDisk::acknowledge(uint32_t value) {
  device_.write(Register::interrupt_acknowledge, value);
  if ((value & configuration_change) != 0) configuration_changed_ = false;
  const bool level = device_.read(Register::interrupt_status) != 0;
  interrupt_ = level || configuration_changed_;
  if (level || !claimed_) return;
  claimed_ = false;
  plic_.complete(source_);
}

// --- Queue ---------------------------------------------------------------------------------------

/// Once the guest has put its queue where it may be; a queue elsewhere does not get ready.
void VirtualDisk::start_queue() {
  const uint64_t size = queue_number_;
  if (size == 0 || size > maximum_queue_size || (size & (size - 1)) != 0) return;
  uint64_t descriptors, driver, used;
  if (descriptors_ % 16 != 0 || !reach(descriptors_, 16 * size, descriptors)) return;
  if (driver_ % 2 != 0 || !reach(driver_, 4 + 2 * size, driver)) return;
  if (used_ % 4 != 0 || !reach(used_, 4 + 8 * size, used)) return;
  guest_table_ = reinterpret_cast<const volatile Descriptor*>(descriptors);
  available_ = reinterpret_cast<const volatile uint16_t*>(driver);
  seen_ = 0;
  shadow_.index = 0;
  fence();
  device_.write(Register::queue_select, 0);
  device_.write(Register::queue_number, queue_number_);
  device_.write_address(Register::queue_descriptors,
                        reinterpret_cast<uint64_t>(shadow_.descriptors));
  device_.write_address(Register::queue_driver, reinterpret_cast<uint64_t>(&shadow_.flags));
  device_.write_address(Register::queue_device, used);
  device_.write(Register::queue_ready, 1);
  ready_ = device_.read(Register::queue_ready) != 0;
}

void VirtualDisk::stop_queue() {
  device_.write(Register::queue_ready, 0);
  ready_ = false;
}

/// As many descriptors as the queue has are copied at most: buffers do not share any.
void VirtualDisk::pass_available() {
  const uint16_t index = available_[1];
  const auto waiting = static_cast<uint16_t>(index - seen_);
  if (waiting > queue_number_) return break_queue();
  unsigned budget = queue_number_;
  while (seen_ != index) {
    const unsigned slot = seen_ % queue_number_;
    const uint16_t head = available_[2 + slot];
    if (!copy_chain(head, budget)) return break_queue();
    shadow_.ring[slot] = head;
    ++seen_;
  }
  shadow_.flags = available_[0] & no_interrupt;
  fence();
  shadow_.index = index;
  fence();
  device_.write(Register::queue_notify, 0);
}

bool VirtualDisk::copy_chain(uint16_t head, unsigned& budget) {
  for (uint16_t at = head;;) {
    if (at >= queue_number_ || budget == 0) return false;
    --budget;
    // Each read once: the guest may change it.
    const uint64_t address = guest_table_[at].address;
    const uint64_t shape = guest_table_[at].shape;
    const auto flags = static_cast<uint16_t>(shape >> 32);
    uint64_t host;
    if ((flags & flag_indirect) != 0) return false;
    if (!reach(address, shape & 0xffffffff, host)) return false;
    copy_descriptor(at, host, shape);
    if ((flags & flag_next) == 0) return true;
    at = static_cast<uint16_t>(shape >> 48);
  }
}

/// The disk may be reading this descriptor, if the guest reuses it too early: it never finds a
/// length that was not checked with the address.
void VirtualDisk::copy_descriptor(uint16_t index, uint64_t host, uint64_t shape) {
  volatile Descriptor& descriptor = shadow_.descriptors[index];
  descriptor.shape = 0;
  fence();
  descriptor.address = host;
  fence();
  descriptor.shape = shape;
}

void VirtualDisk::break_queue() {
  broken_ = configuration_changed_ = interrupt_ = true;
}

}  // namespace cyclevisor::hypervisor
