// The privilege arrangement of a run: which software has which privilege modes, and how a guest
// reaches what it asks for. Observers ask it for roles and capabilities; none of them knows the
// name of a strategy.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "models/base/types.hpp"
#include "models/probe/events.hpp"

namespace cyclevisor {

/// A set of privilege modes.
class ModeSet {
 public:
  constexpr ModeSet(std::initializer_list<PrivilegeMode> modes = {}) {
    for (const PrivilegeMode mode : modes) bits_ |= bit(mode);
  }
  constexpr bool contains(PrivilegeMode mode) const { return (bits_ & bit(mode)) != 0; }

 private:
  static constexpr unsigned bit(PrivilegeMode mode) { return 1U << static_cast<unsigned>(mode); }

  unsigned bits_ = 0;
};

/// The software that the guests trap to.
enum class Monitor : std::uint8_t {
  none,        ///< the guest has the hart to itself
  firmware,    ///< serves its one guest, which it does not isolate (SBI)
  hypervisor,  ///< keeps its guests apart, schedules them and delivers their interrupts
};

/// How the hart tells which VM the running code belongs to.
enum class VmIdentity : std::uint8_t {
  sole,  ///< there is one guest: number 1
  asid,  ///< satp.ASID is the VM's number
  vmid,  ///< hgatp.VMID is the VM's number
};

/// What happens to a guest's load or store to a device.
enum class DeviceAccess : std::uint8_t {
  retires,  ///< it reaches the device of the platform
  traps,    ///< the monitor answers it
};

/// The events from which a guest's virtual hart is known (guest_source.hpp).
enum class GuestSourceKind : std::uint8_t {
  machine,     ///< the guest's own instructions in M-mode retire
  supervisor,  ///< the same in S-mode; its timer is the SBI's or its own stimecmp
  trapped,     ///< its machine-mode instructions and device accesses trap
};
/// As recordings name them.
inline constexpr std::array<std::string_view, 3> guest_source_names = {"machine", "supervisor",
                                                                       "trapped"};

struct Arrangement {
  std::string_view name;      ///< in recordings
  std::string_view strategy;  ///< in reports: the scenario's setting
  Monitor monitor = Monitor::none;
  ModeSet guest_modes;  ///< of the hart, in which guests' code runs; the others are the monitor's
  VmIdentity identity = VmIdentity::sole;
  DeviceAccess device_access = DeviceAccess::retires;
  /// A guest may have a comparator in the hart (Sstc), whose interrupt raises no line.
  bool hart_comparator = false;
  GuestSourceKind source = GuestSourceKind::machine;  ///< of each VM that names no other

  bool monitored() const { return monitor != Monitor::none; }
  bool hypervised() const { return monitor == Monitor::hypervisor; }

  bool is_guest(PrivilegeMode mode) const { return guest_modes.contains(mode); }
  /// The hart goes from a guest to its monitor.
  bool leaves_guest(const Trap& trap) const { return is_guest(trap.from) && !is_guest(trap.to); }
  /// The hart goes from the monitor to a guest.
  bool enters_guest(const TrapReturn& event) const {
    return !is_guest(event.from) && is_guest(event.to);
  }
};

/// One guest on the bare platform. It starts in M-mode.
const Arrangement& native_arrangement();
/// One guest in S-mode, started and served by a firmware in M-mode.
const Arrangement& firmware_arrangement();
/// Guests in U-mode under the trap-and-emulate hypervisor in M-mode.
const Arrangement& trapped_arrangement();

/// All there are; their names differ.
const std::vector<Arrangement>& arrangements();

}  // namespace cyclevisor
