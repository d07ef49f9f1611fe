#include "hypervisor/virtual/pmp.hpp"

namespace cyclevisor::hypervisor {
namespace {

// Fields of a configuration byte.
constexpr uint8_t r = 1 << 0;
constexpr uint8_t w = 1 << 1;
constexpr uint8_t x = 1 << 2;
constexpr uint8_t rights = r | w | x;
constexpr uint8_t a = 3 << 3;
constexpr uint8_t off = 0 << 3;
constexpr uint8_t tor = 1 << 3;
constexpr uint8_t na4 = 2 << 3;
constexpr uint8_t napot = 3 << 3;
constexpr uint8_t l = 1 << 7;

/// pmpaddr holds bits 55:2 of an address.
constexpr uint64_t address_bits = (uint64_t{1} << 54) - 1;
constexpr uint64_t address_end = uint64_t{1} << 56;
constexpr uint64_t everything = address_bits;
constexpr unsigned entries_per_register = 8;

constexpr bool power_of_two(uint64_t value) { return (value & (value - 1)) == 0; }

constexpr uint64_t napot_address(uint64_t first, uint64_t bytes) {
  return (first >> 2) | ((bytes >> 3) - 1);
}

/// Rights of an entry in a view. R = 0 with W = 1 never occurs.
constexpr uint8_t rights_in(PmpView view, uint8_t config) {
  const bool binds_machine_mode = (config & l) != 0;
  switch (view) {
    case PmpView::machine:
      return binds_machine_mode ? config & rights : rights;
    case PmpView::user:
      return config & rights;
    default:
      return (config & (r | w)) | (binds_machine_mode ? config & x : x);
  }
}

/// Fills an image slot by slot, in order of priority.
class ImageWriter {
 public:
  explicit ImageWriter(PmpImage& image) : image_(image) {}

  /// The last slot is not given away.
  bool has_room(unsigned slots) const { return next_ + slots < PmpImage::slots; }

  void put(uint64_t address, uint8_t kind, uint8_t config) {
    config_of(PmpView::machine)[next_] = kind | rights_in(PmpView::machine, config);
    config_of(PmpView::user)[next_] = kind | rights_in(PmpView::user, config);
    config_of(PmpView::modified)[next_] = kind | rights_in(PmpView::modified, config);
    image_.address[next_++] = address;
  }
  /// A slot that matches nothing: the base of the TOR slot behind it.
  void put_base(uint64_t address) {
    for (auto& config : image_.config) config[next_] = off;
    image_.address[next_++] = address;
  }
  bool is_base(uint64_t address) const { return image_.address[next_ - 1] == address; }

  /// What holds for addresses that nothing matched, which the partition's page tables bound.
  void put_rest() {
    constexpr unsigned last = PmpImage::slots - 1;
    while (next_ < last) put_base(0);
    image_.address[last] = everything;
    config_of(PmpView::machine)[last] = napot | rights;
    config_of(PmpView::user)[last] = off;
    config_of(PmpView::modified)[last] = napot | x;
  }

 private:
  uint8_t* config_of(PmpView view) { return image_.config[static_cast<unsigned>(view)]; }

  PmpImage& image_;
  unsigned next_ = 0;
};

}  // namespace

bool VirtualPmp::locked(unsigned entry) const { return (config_[entry] & l) != 0; }

uint64_t VirtualPmp::config(unsigned number) const {
  uint64_t value = 0;
  const unsigned first = number / 2 * entries_per_register;
  for (unsigned i = 0; i < entries_per_register && first + i < entries; ++i) {
    value |= uint64_t{config_[first + i]} << 8 * i;
  }
  return value;
}

void VirtualPmp::set_config(unsigned number, uint64_t value) {
  const unsigned first = number / 2 * entries_per_register;
  for (unsigned i = 0; i < entries_per_register && first + i < entries; ++i) {
    if (locked(first + i)) continue;
    auto byte = static_cast<uint8_t>(value >> 8 * i & (rights | a | l));
    // R = 0 with W = 1 is reserved; it becomes neither.
    if ((byte & r) == 0) byte &= static_cast<uint8_t>(~w);
    config_[first + i] = byte;
  }
  active_ = binds_machine_ = false;
  for (const uint8_t config : config_) {
    if ((config & a) == off) continue;
    active_ = true;
    binds_machine_ = binds_machine_ || (config & l) != 0;
  }
}

void VirtualPmp::set_address(unsigned entry, uint64_t value) {
  if (entry >= entries || locked(entry)) return;
  // A TOR entry's lock covers its base, the address below, as well.
  if (entry + 1 < entries && locked(entry + 1) && (config_[entry + 1] & a) == tor) return;
  address_[entry] = value & address_bits;
}

VirtualPmp::Range VirtualPmp::range(unsigned entry) const {
  const uint64_t address = address_[entry];
  switch (config_[entry] & a) {
    case tor:
      return {entry == 0 ? 0 : address_[entry - 1] << 2, address << 2};
    case na4:
      return {address << 2, (address << 2) + 4};
    case napot: {
      // The trailing ones and the zero before them say how large the region is.
      const uint64_t size_bits = address ^ (address + 1);
      const uint64_t first = (address & ~size_bits) << 2;
      const uint64_t bytes = (size_bits + 1) << 2;
      return {first, first + bytes < address_end ? first + bytes : address_end};
    }
    default:
      return {0, 0};
  }
}

bool VirtualPmp::permits(PmpView view, PmpAccess access, GuestAddress address,
                         unsigned bytes) const {
  for (unsigned i = 0; i < entries; ++i) {
    const Range range = this->range(i);
    if (range.first >= range.end) continue;
    if (address.value + bytes <= range.first || address.value >= range.end) continue;
    // An access that the entry covers in part fails, whatever its rights.
    if (address.value < range.first || address.value + bytes > range.end) return false;
    return (rights_in(view, config_[i]) & (access == PmpAccess::load ? r : w)) != 0;
  }
  return view == PmpView::machine;
}

void VirtualPmp::fill(PmpImage& image, GuestAddress first, HostAddress partition,
                      uint64_t partition_bytes, HostAddress tables, uint64_t table_bytes) const {
  ImageWriter writer(image);
  writer.put(napot_address(tables.value, table_bytes), napot, l | r);
  const uint64_t end = first.value + partition_bytes;
  for (unsigned i = 0; i < entries; ++i) {
    Range range = this->range(i);
    if (range.first < first.value) range.first = first.value;
    if (range.end > end) range.end = end;
    if (range.first >= range.end) continue;
    const uint64_t bytes = range.end - range.first;
    const uint64_t host = range.first - first.value + partition.value;
    const uint8_t config = config_[i];
    if (bytes == partition_bytes) {
      // Nothing but the partition can be reached anyway.
      if (!writer.has_room(1)) break;
      writer.put(everything, napot, config);
    } else if (bytes == 4) {
      if (!writer.has_room(1)) break;
      writer.put(host >> 2, na4, config);
    } else if (power_of_two(bytes) && (host & (bytes - 1)) == 0) {
      if (!writer.has_room(1)) break;
      writer.put(napot_address(host, bytes), napot, config);
    } else {
      const bool has_base = writer.is_base(host >> 2);
      if (!writer.has_room(has_base ? 1 : 2)) break;
      if (!has_base) writer.put_base(host >> 2);
      writer.put((host + bytes) >> 2, tor, config);
    }
  }
  writer.put_rest();
}

}  // namespace cyclevisor::hypervisor
