// A virtio block device on the MMIO bus (VIRTIO 1.2, 4.2 "Virtio Over MMIO", 5.2 "Block Device").
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/bus/register_target.hpp"
#include "models/virtio/split_virtqueue.hpp"

namespace cyclevisor {

/// The contents of a disk: whole sectors.
struct DiskContents {
  static constexpr unsigned sector_bytes = 512;

  std::string bytes;
  bool written = false;
};

/// Version 2 registers, one queue, features VIRTIO_F_VERSION_1 and VIRTIO_BLK_F_FLUSH. Only aligned
/// 32-bit accesses are accepted. The device reads the queue and moves data as a bus master, one
/// transfer after the other; a request takes the time of its transfers, of at most 512 bytes each.
/// A driver that breaks a rule of the queue finds DEVICE_NEEDS_RESET in Status.
class VirtioBlock : public RegisterTarget {
 public:
  /// Level of the interrupt, whenever it changes.
  using Interrupt = std::function<void(bool level)>;

  tlm_utils::simple_initiator_socket<VirtioBlock> memory;

  /// `disk` must outlive the device.
  VirtioBlock(sc_core::sc_module_name name, sc_core::sc_time access_time, DiskContents& disk,
              Interrupt interrupt);

  /// Requests are under way.
  bool active() const { return busy_; }

 private:
  enum class Result : std::uint8_t { ok = 0, io_error = 1, unsupported = 2 };
  struct Request {
    std::uint32_t type = 0;
    std::uint64_t sector = 0;
    std::uint32_t written = 0;  ///< bytes in the driver's memory
  };

  std::vector<Register> register_table();
  void write_status(std::uint64_t value);
  void write_queue_ready(std::uint64_t value);
  /// A write of one half of one of the queue's addresses.
  Register::Write half(std::uint64_t SplitVirtqueue::Registers::*address, bool high);
  bool queue_selected() const { return queue_select_ == 0; }
  bool queue_programmable() const { return queue_selected() && !busy_ && !queue_.registers.ready; }
  void reset();

  void run();
  void serve();
  bool answer(const SplitVirtqueue::Chain& chain);
  Result execute(const SplitVirtqueue::Chain& chain, Request& request);
  Result read_sectors(const std::vector<SplitVirtqueue::Segment>& to, Request& request);
  Result write_sectors(std::vector<SplitVirtqueue::Segment> from, const Request& request);
  Result identify(const std::vector<SplitVirtqueue::Segment>& to, Request& request);
  bool on_disk(std::uint64_t sector, std::uint64_t bytes) const;
  bool transfer(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                unsigned bytes);
  void interrupt(unsigned bits);
  void update_interrupt();

  DiskContents& disk_;
  Interrupt interrupt_;
  sc_core::sc_time period_;
  SplitVirtqueue queue_;
  sc_core::sc_event notified_;
  bool notification_ = false;  ///< that the thread has not seen
  bool busy_ = false;       ///< the thread works, or is about to
  bool resetting_ = false;  ///< the driver wants a reset; the thread is to end first
  bool level_ = false;
  std::uint32_t status_ = 0;
  std::uint32_t interrupt_status_ = 0;
  std::uint32_t device_features_select_ = 0;
  std::uint32_t driver_features_select_ = 0;
  std::uint64_t driver_features_ = 0;
  std::uint32_t queue_select_ = 0;
};

}  // namespace cyclevisor
