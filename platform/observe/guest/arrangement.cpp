#include "platform/observe/guest/arrangement.hpp"

namespace cyclevisor {
namespace {

constexpr ModeSet all_modes = {PrivilegeMode::user, PrivilegeMode::supervisor,
                               PrivilegeMode::machine, PrivilegeMode::virtual_user,
                               PrivilegeMode::virtual_supervisor};
constexpr ModeSet below_machine = {PrivilegeMode::user, PrivilegeMode::supervisor,
                                   PrivilegeMode::virtual_user, PrivilegeMode::virtual_supervisor};

}  // namespace

const Arrangement& native_arrangement() {
  static const Arrangement arrangement = [] {
    Arrangement a;
    a.name = a.strategy = "native";
    a.monitor = Monitor::none;
    a.guest_modes = all_modes;
    a.identity = VmIdentity::sole;
    a.device_access = DeviceAccess::retires;
    a.source = GuestSourceKind::machine;
    return a;
  }();
  return arrangement;
}

const Arrangement& firmware_arrangement() {
  static const Arrangement arrangement = [] {
    Arrangement a;
    a.name = "firmware";
    a.strategy = "native";
    a.monitor = Monitor::firmware;
    a.guest_modes = below_machine;
    a.identity = VmIdentity::sole;
    a.device_access = DeviceAccess::retires;
    a.hart_comparator = true;
    a.source = GuestSourceKind::supervisor;
    return a;
  }();
  return arrangement;
}

const Arrangement& trapped_arrangement() {
  static const Arrangement arrangement = [] {
    Arrangement a;
    a.name = a.strategy = "trap";
    a.monitor = Monitor::hypervisor;
    a.guest_modes = {PrivilegeMode::user};
    a.identity = VmIdentity::asid;
    a.device_access = DeviceAccess::traps;
    a.source = GuestSourceKind::trapped;
    return a;
  }();
  return arrangement;
}

const std::vector<Arrangement>& arrangements() {
  static const std::vector<Arrangement> all = {native_arrangement(), firmware_arrangement(),
                                               trapped_arrangement()};
  return all;
}

}  // namespace cyclevisor
