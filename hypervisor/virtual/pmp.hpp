// A VM's physical memory protection (privileged specification, "Physical Memory Protection"): the
// CSRs as its guest sees them, and what the physical PMP must hold so that the hart enforces them.
#pragma once

#include "hypervisor/base/types.hpp"

namespace cyclevisor::hypervisor {

/// The privilege mode whose rights the guest's memory accesses have.
enum class PmpView : uint8_t {
  machine,   ///< virtual machine mode: only locked entries restrict it
  user,      ///< virtual user mode: what no entry permits is denied
  modified,  ///< machine mode with MPRV set and MPP = U: fetches as the one, other accesses as the
             ///< other
};
constexpr unsigned pmp_views = 3;

enum class PmpAccess : uint8_t { load, store };

/// Contents of the physical PMP: 16 addresses, and the configuration bytes for each view.
struct PmpImage {
  static constexpr unsigned slots = 16;
  uint64_t address[slots] = {};
  alignas(8) uint8_t config[pmp_views][slots] = {};

  /// pmpcfg0 (`half` 0) or pmpcfg2.
  uint64_t config_register(PmpView view, unsigned half) const {
    uint64_t value;
    __builtin_memcpy(&value, &config[static_cast<unsigned>(view)][8 * half], sizeof value);
    return value;
  }
};

/// Sixteen entries with a granularity of 4 bytes, as on QEMU's `virt`. An image has room for 14
/// regions of the partition; a TOR region whose base is not the one before takes two. Entries
/// behind the last for which there is room permit nothing and lock nothing.
class VirtualPmp {
 public:
  static constexpr unsigned entries = 16;

  /// `number`: 0..14, even. Entries 8 and up are those of number 2; others do not exist.
  uint64_t config(unsigned number) const;
  void set_config(unsigned number, uint64_t value);
  /// `entry`: 0..63, of which 16 exist.
  uint64_t address(unsigned entry) const { return entry < entries ? address_[entry] : 0; }
  void set_address(unsigned entry, uint64_t value);

  /// False while no entry matches anything: machine mode may do all, user mode nothing.
  bool active() const { return active_; }
  /// False if no entry can deny an access in this view: without locked entries machine mode may do
  /// all.
  bool restricts(PmpView view) const { return view == PmpView::machine ? binds_machine_ : active_; }
  /// Whether an access of `bytes` at `address`, which does not wrap round, may go ahead.
  bool permits(PmpView view, PmpAccess access, GuestAddress address, unsigned bytes) const;

  /// Fills `image` with what holds for a guest that finds its DRAM at `first` in `partition`. The
  /// page tables in [tables, tables + table_bytes), a naturally aligned power of two, stay
  /// readable, since the hart walks them with the rights of S mode.
  void fill(PmpImage& image, GuestAddress first, HostAddress partition, uint64_t partition_bytes,
            HostAddress tables, uint64_t table_bytes) const;

 private:
  struct Range {
    uint64_t first;
    uint64_t end;  ///< behind the last byte
  };
  bool locked(unsigned entry) const;
  Range range(unsigned entry) const;

  uint8_t config_[entries] = {};
  uint64_t address_[entries] = {};
  bool active_ = false;
  bool binds_machine_ = false;  ///< an active entry is locked
};

}  // namespace cyclevisor::hypervisor
