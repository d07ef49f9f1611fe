// A virtual machine as its guest finds it: its virtual hart, its virtual devices and its partition
// of DRAM.
#pragma once

#include "hypervisor/arch/csr.hpp"
#include "hypervisor/base/types.hpp"
#include "hypervisor/virtual/disk.hpp"
#include "hypervisor/virtual/plic.hpp"
#include "hypervisor/virtual/pmp.hpp"
#include "hypervisor/virtual/timer.hpp"
#include "hypervisor/virtual/uart.hpp"
#include "hypervisor/virtual/vcpu.hpp"
#include "models/base/virt_map.hpp"

namespace cyclevisor::hypervisor {

/// Where the guest finds its DRAM.
constexpr GuestAddress guest_dram{virt::dram_base};

struct VirtualMachine {
  enum class State : uint8_t {
    ready,    ///< runs, or could
    waiting,  ///< in WFI: nothing is both pending and enabled
    ended,    ///< wrote its finisher; never runs again
  };

  Vcpu vcpu;  ///< first: mscratch points to it and to its Vm alike
  VirtualTimer timer;
  /// Levels of MSIP and MEIP as bits of `mip`: resume_guest reads them after every trap.
  uint64_t device_interrupts = 0;
  VirtualUart uart;
  VirtualPlic plic;
  VirtualPmp pmp;
  const PmpImage* protection = nullptr;  ///< made from `pmp`; nullptr: to be made anew

  const char* name = "";
  unsigned number = 0;
  HostAddress partition;
  uint64_t partition_bytes = 0;
  uint64_t satp = 0;
  unsigned console_interrupt = 0;  ///< physical PLIC source of its UART; 0: none

  State state = State::ready;
  uint16_t exit_code = 0;      ///< 0 = pass; valid when ended
  bool timer_changed = false;  ///< the physical comparator may need another value

  VirtualDisk disk;
};

static_assert(offsetof(VirtualMachine, vcpu) == 0);

inline void set_device_interrupt(VirtualMachine& vm, unsigned number, bool level) {
  const uint64_t bit = interrupt::bit(number);
  vm.device_interrupts = level ? vm.device_interrupts | bit : vm.device_interrupts & ~bit;
}

/// Passes the devices' interrupt levels through the PLIC to the hart; called after a change of
/// either.
inline void update_external_interrupt(VirtualMachine& vm) {
  vm.plic.set_level(VirtualPlic::Input::uart, vm.uart.interrupt());
  vm.plic.set_level(VirtualPlic::Input::disk, vm.disk.interrupt());
  set_device_interrupt(vm, interrupt::machine_external, vm.plic.interrupt());
}

/// The virtual `mip`. Its bits are levels of the virtual devices; none is writable.
inline uint64_t virtual_mip(const VirtualMachine& vm, Ticks now) {
  uint64_t pending = vm.device_interrupts;
  if (vm.timer.pending(now)) pending |= interrupt::bit(interrupt::machine_timer);
  return pending;
}

/// Interrupts that wake the virtual hart from WFI: mstatus.MIE does not matter for that
/// (privileged specification, "Wait for Interrupt").
inline uint64_t pending_and_enabled(const VirtualMachine& vm, Ticks now) {
  return virtual_mip(vm, now) & vm.vcpu.mie;
}

}  // namespace cyclevisor::hypervisor
