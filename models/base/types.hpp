// The basic types that all models share: time, addresses and privilege modes.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>

namespace cyclevisor {

/// A point in time on the platform's single clock, or an interval of it, in CPU clock cycles. Cycle
/// c is the interval that begins with the c-th rising clock edge after reset; cycle 0 is the first
/// cycle out of reset.
struct Cycle {
  std::uint64_t value = 0;

  constexpr Cycle() = default;
  constexpr explicit Cycle(std::uint64_t cycles) : value(cycles) {}

  /// Later than any cycle that a run can reach: "nothing is scheduled".
  static constexpr Cycle never() { return Cycle(std::numeric_limits<std::uint64_t>::max()); }

  constexpr Cycle& operator+=(Cycle other) {
    value += other.value;
    return *this;
  }
  friend constexpr Cycle operator+(Cycle a, Cycle b) { return Cycle(a.value + b.value); }
  friend constexpr Cycle operator-(Cycle a, Cycle b) { return Cycle(a.value - b.value); }
  friend constexpr bool operator==(Cycle a, Cycle b) { return a.value == b.value; }
  friend constexpr bool operator!=(Cycle a, Cycle b) { return a.value != b.value; }
  friend constexpr bool operator<(Cycle a, Cycle b) { return a.value < b.value; }
  friend constexpr bool operator<=(Cycle a, Cycle b) { return a.value <= b.value; }
  friend constexpr bool operator>(Cycle a, Cycle b) { return a.value > b.value; }
  friend constexpr bool operator>=(Cycle a, Cycle b) { return a.value >= b.value; }
};

/// A byte address in one particular address space. Addresses of different spaces do not convert
/// into each other.
template <class Space>
struct Address {
  std::uint64_t value = 0;

  constexpr Address() = default;
  constexpr explicit Address(std::uint64_t address) : value(address) {}

  friend constexpr Address operator+(Address a, std::uint64_t bytes) {
    return Address(a.value + bytes);
  }
  friend constexpr Address operator-(Address a, std::uint64_t bytes) {
    return Address(a.value - bytes);
  }
  friend constexpr std::uint64_t operator-(Address a, Address b) { return a.value - b.value; }
  friend constexpr bool operator==(Address a, Address b) { return a.value == b.value; }
  friend constexpr bool operator!=(Address a, Address b) { return a.value != b.value; }
  friend constexpr bool operator<(Address a, Address b) { return a.value < b.value; }
};

/// The address that an instruction uses: translated by `satp`, or by `vsatp` in a virtual machine.
using VirtualAddress = Address<struct VirtualSpace>;
/// The physical address as a virtual machine sees it: translated by `hgatp`.
using GuestPhysicalAddress = Address<struct GuestPhysicalSpace>;
/// The address on the bus ("supervisor physical" in the privileged specification).
using PhysicalAddress = Address<struct PhysicalSpace>;

/// The hart's privilege modes (privileged specification, "Privilege Modes with the Hypervisor
/// Extension"). The encoding is our own; it also appears in the waves.
enum class PrivilegeMode : std::uint8_t {
  user = 0,
  supervisor = 1,  ///< S, or HS when the H extension is present
  machine = 3,
  virtual_user = 4,
  virtual_supervisor = 5,
};

/// "U", "S", "M", "VU" or "VS".
constexpr const char* name(PrivilegeMode mode) {
  switch (mode) {
    case PrivilegeMode::user:
      return "U";
    case PrivilegeMode::supervisor:
      return "S";
    case PrivilegeMode::machine:
      return "M";
    case PrivilegeMode::virtual_user:
      return "VU";
    case PrivilegeMode::virtual_supervisor:
      return "VS";
  }
  return "?";
}

/// The virtualization mode V: true in VU and VS.
constexpr bool is_virtual(PrivilegeMode mode) {
  return mode == PrivilegeMode::virtual_user || mode == PrivilegeMode::virtual_supervisor;
}

}  // namespace cyclevisor

template <class Space>
struct std::hash<cyclevisor::Address<Space>> {
  std::size_t operator()(cyclevisor::Address<Space> address) const noexcept {
    return std::hash<std::uint64_t>{}(address.value);
  }
};
