#include "models/virtio/block_device.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "models/base/virt_map.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint32_t block_device = 2;  // 5.2.1 "Device ID"

// 2.1 "Device Status Field"
constexpr std::uint32_t status_features_ok = 8;
constexpr std::uint32_t status_needs_reset = 64;

// 5.2.3 "Feature bits", 6 "Reserved Feature Bits"
constexpr std::uint64_t feature_flush = std::uint64_t{1} << 9;
constexpr std::uint64_t feature_version_1 = std::uint64_t{1} << 32;
constexpr std::uint64_t features = feature_flush | feature_version_1;

// 4.2.2 "MMIO Device Register Layout": InterruptStatus
constexpr unsigned used_buffer = 1;
constexpr unsigned configuration_change = 2;

// 5.2.6 "Device Operation": le32 type, le32 reserved, le64 sector
constexpr unsigned header_bytes = 16;
enum RequestType : std::uint32_t { type_in = 0, type_out = 1, type_flush = 4, type_get_id = 8 };

constexpr unsigned identifier_bytes = 20;
constexpr char identifier[identifier_bytes + 1] = "cyclevisor disk";

std::uint32_t word(std::uint64_t value, std::uint64_t index) {
  return index > 1 ? 0 : static_cast<std::uint32_t>(value >> 32 * index);
}

std::uint64_t total(const std::vector<SplitVirtqueue::Segment>& segments) {
  std::uint64_t bytes = 0;
  for (const SplitVirtqueue::Segment& segment : segments) bytes += segment.bytes;
  return bytes;
}

/// Takes up to `bytes` bytes from the beginning of `segments`.
SplitVirtqueue::Segment take(std::vector<SplitVirtqueue::Segment>& segments, std::uint32_t bytes) {
  while (segments.front().bytes == 0) segments.erase(segments.begin());
  SplitVirtqueue::Segment& first = segments.front();
  const SplitVirtqueue::Segment taken{first.address, std::min(first.bytes, bytes)};
  first.address += taken.bytes;
  first.bytes -= taken.bytes;
  return taken;
}

}  // namespace

VirtioBlock::VirtioBlock(sc_core::sc_module_name name, sc_core::sc_time access_time,
                         DiskContents& disk, Interrupt interrupt)
    : RegisterTarget(name, access_time),
      memory("memory"),
      disk_(disk),
      interrupt_(std::move(interrupt)),
      period_(access_time),
      queue_({[this](std::uint64_t address, unsigned char* data, unsigned bytes) {
                return transfer(tlm::TLM_READ_COMMAND, address, data, bytes);
              },
              [this](std::uint64_t address, unsigned char* data, unsigned bytes) {
                return transfer(tlm::TLM_WRITE_COMMAND, address, data, bytes);
              }}) {
  declare(register_table(), AccessWidth::word);
  sc_core::sc_spawn([this] { run(); }, "thread");
}

Register::Write VirtioBlock::half(std::uint64_t SplitVirtqueue::Registers::*address, bool high) {
  return [this, address, high](std::uint64_t value) {
    if (!queue_programmable()) return;
    std::uint64_t& whole = queue_.registers.*address;
    whole = high ? (whole & 0xffff'ffff) | value << 32
                 : (whole & ~std::uint64_t{0xffff'ffff}) | value;
  };
}

std::vector<Register> VirtioBlock::register_table() {
  using Queue = SplitVirtqueue::Registers;
  const auto constant = [](std::uint64_t value) { return [value] { return value; }; };
  const auto set = [](std::uint32_t& place) {
    return [&place](std::uint64_t value) { place = static_cast<std::uint32_t>(value); };
  };
  const std::uint64_t capacity = disk_.bytes.size() / DiskContents::sector_bytes;
  return {
      {"MagicValue", 0x000, 4, constant(virt::virtio_magic), {}, {}},
      {"Version", 0x004, 4, constant(virt::virtio_version), {}, {}},
      {"DeviceID", 0x008, 4, constant(block_device), {}, {}},
      {"VendorID", 0x00c, 4, constant(virt::virtio_vendor), {}, {}},
      {"DeviceFeatures", 0x010, 4, [this] { return word(features, device_features_select_); }, {},
       {}},
      {"DeviceFeaturesSel", 0x014, 4, {}, set(device_features_select_), {}},
      {"reserved", 0x018, 8, {}, {}, {}},
      {"DriverFeatures", 0x020, 4, {},
       [this](std::uint64_t value) {
         if (driver_features_select_ > 1 || (status_ & status_features_ok) != 0) return;
         const unsigned shift = 32 * driver_features_select_;
         driver_features_ &= ~(std::uint64_t{0xffff'ffff} << shift);
         driver_features_ |= value << shift;
       },
       {}},
      {"DriverFeaturesSel", 0x024, 4, {}, set(driver_features_select_), {}},
      {"reserved", 0x028, 8, {}, {}, {}},
      {"QueueSel", 0x030, 4, {}, set(queue_select_), {}},
      {"QueueNumMax", 0x034, 4,
       [this] { return queue_selected() ? SplitVirtqueue::maximum : 0; }, {}, {}},
      {"QueueNum", 0x038, 4, {},
       [this](std::uint64_t value) {
         if (queue_programmable()) queue_.registers.number = static_cast<std::uint32_t>(value);
       },
       {}},
      {"reserved", 0x03c, 8, {}, {}, {}},
      {"QueueReady", 0x044, 4,
       [this] { return queue_selected() && queue_.registers.ready ? 1 : 0; },
       [this](std::uint64_t value) { write_queue_ready(value); }, {}},
      {"reserved", 0x048, 8, {}, {}, {}},
      {"QueueNotify", 0x050, 4, {},
       [this](std::uint64_t queue) {
         // In the next cycle: the store is still on the bus.
         if (queue != 0 || !queue_.registers.ready) return;
         busy_ = notification_ = true;
         notified_.notify(period_);
       },
       {}},
      {"reserved", 0x054, 12, {}, {}, {}},
      {"InterruptStatus", 0x060, 4, [this] { return interrupt_status_; }, {}, {}},
      {"InterruptACK", 0x064, 4, {},
       [this](std::uint64_t value) {
         interrupt_status_ &= ~static_cast<std::uint32_t>(value);
         update_interrupt();
       },
       {}},
      {"reserved", 0x068, 8, {}, {}, {}},
      {"Status", 0x070, 4, [this] { return status_; },
       [this](std::uint64_t value) { write_status(value); }, {}},
      {"reserved", 0x074, 12, {}, {}, {}},
      {"QueueDescLow", 0x080, 4, {}, half(&Queue::descriptors, false), {}},
      {"QueueDescHigh", 0x084, 4, {}, half(&Queue::descriptors, true), {}},
      {"reserved", 0x088, 8, {}, {}, {}},
      {"QueueDriverLow", 0x090, 4, {}, half(&Queue::driver, false), {}},
      {"QueueDriverHigh", 0x094, 4, {}, half(&Queue::driver, true), {}},
      {"reserved", 0x098, 8, {}, {}, {}},
      {"QueueDeviceLow", 0x0a0, 4, {}, half(&Queue::device, false), {}},
      {"QueueDeviceHigh", 0x0a4, 4, {}, half(&Queue::device, true), {}},
      {"reserved", 0x0a8, 8, {}, {}, {}},
      // "Reading from a non-existent region results in a length of 2^64 - 1".
      {"SHMLenLow", 0x0b0, 4, constant(0xffff'ffff), {}, {}},
      {"SHMLenHigh", 0x0b4, 4, constant(0xffff'ffff), {}, {}},
      {"SHMBaseLow", 0x0b8, 4, constant(0xffff'ffff), {}, {}},
      {"SHMBaseHigh", 0x0bc, 4, constant(0xffff'ffff), {}, {}},
      {"reserved", 0x0c0, 0x3c, {}, {}, {}},
      {"ConfigGeneration", 0x0fc, 4, constant(0), {}, {}},
      {"capacity.low", 0x100, 4, constant(word(capacity, 0)), {}, {}},
      {"capacity.high", 0x104, 4, constant(word(capacity, 1)), {}, {}},
      {"config", 0x108, virt::virtio_slot_bytes - 0x108, {}, {}, {}},
  };
}

// --- Registers -----------------------------------------------------------------------------------

void VirtioBlock::write_status(std::uint64_t value) {
  if (value == 0) {
    if (busy_) {
      resetting_ = true;
      interrupt_status_ = 0;
      update_interrupt();
    } else {
      reset();
    }
    return;
  }
  const bool was_ok = (status_ & status_features_ok) != 0;
  status_ = static_cast<std::uint32_t>(value) | (status_ & status_needs_reset);
  // "The device SHOULD accept any valid subset of features, otherwise it MUST fail to set
  // FEATURES_OK" (2.2.2); a driver without VIRTIO_F_VERSION_1 is a legacy one (6.1).
  const bool valid =
      (driver_features_ & ~features) == 0 && (driver_features_ & feature_version_1) != 0;
  if (!was_ok && !valid) status_ &= ~status_features_ok;
}

void VirtioBlock::write_queue_ready(std::uint64_t value) {
  SplitVirtqueue::Registers& queue = queue_.registers;
  if (!queue_selected()) return;
  if ((value & 1) == 0) {
    queue.ready = false;
    return;
  }
  // 2.7: "Queue Size is always a power of 2".
  const std::uint32_t size = queue.number;
  const bool fits = size != 0 && size <= SplitVirtqueue::maximum && (size & (size - 1)) == 0;
  if (queue_programmable() && fits) queue.ready = true;
}

void VirtioBlock::reset() {
  queue_.reset();
  status_ = interrupt_status_ = 0;
  device_features_select_ = driver_features_select_ = queue_select_ = 0;
  driver_features_ = 0;
  resetting_ = false;
  update_interrupt();
}

void VirtioBlock::interrupt(unsigned bits) {
  if (resetting_) return;
  interrupt_status_ |= bits;
  update_interrupt();
}

void VirtioBlock::update_interrupt() {
  const bool level = interrupt_status_ != 0;
  if (level == level_) return;
  level_ = level;
  interrupt_(level);
}

// --- Requests ------------------------------------------------------------------------------------

void VirtioBlock::run() {
  for (;;) {
    while (!notification_) sc_core::wait(notified_);
    notification_ = false;
    serve();
    busy_ = notification_;  // one that came meanwhile
    if (!resetting_) continue;
    busy_ = notification_ = false;
    reset();
  }
}

void VirtioBlock::serve() {
  bool sound = true;
  while (sound) {
    const auto chain = queue_.next();
    if (!chain) break;
    sound = answer(*chain);
  }
  if (resetting_ || (sound && !queue_.broken())) return;
  status_ |= status_needs_reset;
  interrupt(configuration_change);
}

/// False if the driver cannot be answered.
bool VirtioBlock::answer(const SplitVirtqueue::Chain& chain) {
  Request request;
  auto status = static_cast<unsigned char>(execute(chain, request));
  // The last byte that the device may write.
  if (chain.writable.empty() || chain.writable.back().bytes == 0) return false;
  const SplitVirtqueue::Segment& last = chain.writable.back();
  if (!transfer(tlm::TLM_WRITE_COMMAND, last.address + last.bytes - 1, &status, 1)) return false;
  if (!queue_.put_back(chain.head, request.written + 1)) return false;
  if (queue_.wants_interrupt()) interrupt(used_buffer);
  return true;
}

VirtioBlock::Result VirtioBlock::execute(const SplitVirtqueue::Chain& chain, Request& request) {
  std::vector<SplitVirtqueue::Segment> readable = chain.readable;
  std::vector<SplitVirtqueue::Segment> writable = chain.writable;
  if (total(readable) < header_bytes || writable.empty() || writable.back().bytes == 0) {
    return Result::io_error;
  }
  --writable.back().bytes;
  std::array<unsigned char, header_bytes> header{};
  for (unsigned done = 0; done < header_bytes;) {
    const SplitVirtqueue::Segment part = take(readable, header_bytes - done);
    if (!transfer(tlm::TLM_READ_COMMAND, part.address, &header[done], part.bytes)) {
      return Result::io_error;
    }
    done += part.bytes;
  }
  const auto number = [&header](unsigned offset, unsigned bytes) {
    std::uint64_t value = 0;
    while (bytes-- > 0) value = value << 8 | header.at(offset + bytes);
    return value;
  };
  request.type = static_cast<std::uint32_t>(number(0, 4));
  request.sector = number(8, 8);
  switch (request.type) {
    case type_in:
      return read_sectors(writable, request);
    case type_out:
      return write_sectors(readable, request);
    case type_flush:
      return Result::ok;
    case type_get_id:
      return identify(writable, request);
    default:
      return Result::unsupported;
  }
}

bool VirtioBlock::on_disk(std::uint64_t sector, std::uint64_t bytes) const {
  const std::uint64_t sectors = disk_.bytes.size() / DiskContents::sector_bytes;
  return bytes % DiskContents::sector_bytes == 0 && sector <= sectors &&
         bytes / DiskContents::sector_bytes <= sectors - sector;
}

VirtioBlock::Result VirtioBlock::read_sectors(const std::vector<SplitVirtqueue::Segment>& to,
                                              Request& request) {
  std::vector<SplitVirtqueue::Segment> left = to;
  const std::uint64_t bytes = total(left);
  if (!on_disk(request.sector, bytes)) return Result::io_error;
  char* from = disk_.bytes.data() + request.sector * DiskContents::sector_bytes;
  while (request.written < bytes) {
    const SplitVirtqueue::Segment part = take(left, DiskContents::sector_bytes);
    std::array<unsigned char, DiskContents::sector_bytes> data{};
    std::memcpy(data.data(), from + request.written, part.bytes);
    if (!transfer(tlm::TLM_WRITE_COMMAND, part.address, data.data(), part.bytes)) {
      return Result::io_error;
    }
    request.written += part.bytes;
  }
  return Result::ok;
}

VirtioBlock::Result VirtioBlock::write_sectors(std::vector<SplitVirtqueue::Segment> from,
                                               const Request& request) {
  const std::uint64_t bytes = total(from);
  if (!on_disk(request.sector, bytes)) return Result::io_error;
  char* to = disk_.bytes.data() + request.sector * DiskContents::sector_bytes;
  for (std::uint64_t done = 0; done < bytes;) {
    const SplitVirtqueue::Segment part = take(from, DiskContents::sector_bytes);
    std::array<unsigned char, DiskContents::sector_bytes> data{};
    if (!transfer(tlm::TLM_READ_COMMAND, part.address, data.data(), part.bytes)) {
      return Result::io_error;
    }
    std::memcpy(to + done, data.data(), part.bytes);
    disk_.written = true;
    done += part.bytes;
  }
  return Result::ok;
}

VirtioBlock::Result VirtioBlock::identify(const std::vector<SplitVirtqueue::Segment>& to,
                                          Request& request) {
  std::vector<SplitVirtqueue::Segment> left = to;
  if (total(left) < identifier_bytes) return Result::io_error;
  std::array<unsigned char, identifier_bytes> text{};
  std::memcpy(text.data(), identifier, identifier_bytes);
  while (request.written < identifier_bytes) {
    const SplitVirtqueue::Segment part = take(left, identifier_bytes - request.written);
    if (!transfer(tlm::TLM_WRITE_COMMAND, part.address, &text[request.written], part.bytes)) {
      return Result::io_error;
    }
    request.written += part.bytes;
  }
  return Result::ok;
}

bool VirtioBlock::transfer(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                           unsigned bytes) {
  if (resetting_) return false;
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(data);
  payload.set_data_length(bytes);
  payload.set_streaming_width(bytes);
  sc_core::sc_time delay;
  memory->b_transport(payload, delay);
  return payload.is_response_ok();
}

}  // namespace cyclevisor
