// A VM's virtio block device: the guest programs a queue in its own memory, the physical disk
// behind it works on a copy whose addresses the hypervisor has checked.
#pragma once

#include "hypervisor/base/types.hpp"
#include "hypervisor/drivers/plic.hpp"
#include "hypervisor/drivers/virtio.hpp"

namespace cyclevisor::hypervisor {

/// The VM's memory as a bus master reaches it.
struct DiskMemory {
  GuestAddress first;
  HostAddress host;  ///< of `first`
  uint64_t bytes = 0;
};

/// What the guest makes available is copied, descriptor by descriptor, into a queue in the
/// hypervisor's memory; a descriptor that does not lie in the VM's partition breaks the queue. The
/// physical disk writes data and used ring into the partition itself, so the hypervisor never
/// stores there. Registers without addresses are those of the physical disk.
class VirtualDisk {
 public:
  static constexpr unsigned maximum_queue_size = 16;

  /// Without it the slot is empty. `source` is that of the physical disk at the PLIC.
  void connect(PhysicalVirtio device, PhysicalPlic plic, unsigned source, DiskMemory memory) {
    device_ = device;
    plic_ = plic;
    source_ = source;
    memory_ = memory;
  }
  /// What a slot without a device reads.
  static uint32_t read_empty_slot(uint32_t offset);

  /// `offset` is a multiple of 4, below the size of a slot.
  uint32_t read(uint32_t offset) const;
  void write(uint32_t offset, uint32_t value);

  /// The level of the slot's interrupt.
  bool interrupt() const { return interrupt_; }
  /// The physical disk's interrupt has been claimed; it is completed once the guest has
  /// acknowledged it.
  void interrupts() { interrupt_ = claimed_ = true; }
  /// The physical PLIC source; 0: no disk.
  unsigned source() const { return source_; }

 private:
  /// 2.7.5 "The Virtqueue Descriptor Table": bits 0 to 31 of `shape` are the length, 32 to 47 the
  /// flags, 48 to 63 the next descriptor.
  struct Descriptor {
    uint64_t address;
    uint64_t shape;
  };
  struct alignas(16) Shadow {
    volatile Descriptor descriptors[maximum_queue_size];
    volatile uint16_t flags;
    volatile uint16_t index;
    volatile uint16_t ring[maximum_queue_size];
  };

  uint32_t read_queue(VirtioRegister number) const;
  void write_queue(uint32_t offset, uint32_t value);
  void reset();
  void acknowledge(uint32_t value);
  void start_queue();
  void stop_queue();
  void pass_available();
  bool copy_chain(uint16_t head, unsigned& budget);
  void copy_descriptor(uint16_t index, uint64_t host, uint64_t shape);
  void break_queue();
  /// The host address of guest memory, or nothing if not all of it lies in the partition.
  bool reach(uint64_t guest, uint64_t bytes, uint64_t& host) const;

  Shadow shadow_ = {};
  PhysicalVirtio device_;
  PhysicalPlic plic_;
  unsigned source_ = 0;
  DiskMemory memory_;
  uint32_t queue_select_ = 0;
  uint32_t driver_features_select_ = 0;
  uint32_t device_features_select_ = 0;
  uint32_t queue_number_ = 0;
  uint64_t descriptors_ = 0;  ///< as the guest has programmed it, as the two that follow
  uint64_t driver_ = 0;
  uint64_t used_ = 0;
  const volatile uint16_t* available_ = nullptr;     ///< while ready: flags, index, ring
  const volatile Descriptor* guest_table_ = nullptr;  ///< while ready
  bool ready_ = false;
  bool broken_ = false;
  bool configuration_changed_ = false;  ///< bit 1 of InterruptStatus, because of `broken_`
  bool interrupt_ = false;
  bool claimed_ = false;
  uint16_t seen_ = 0;  ///< index of the available ring up to which entries have been passed on
};

}  // namespace cyclevisor::hypervisor
