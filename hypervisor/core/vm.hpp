// A virtual machine: its virtual hart, its virtual devices and its partition of DRAM.
#pragma once

#include "hypervisor/types.hpp"
#include "hypervisor/virtual/timer.hpp"
#include "hypervisor/virtual/uart.hpp"
#include "hypervisor/virtual/vcpu.hpp"

namespace cyclevisor::hypervisor {

/// Where the guest finds its DRAM.
constexpr GuestAddress guest_dram{0x80000000};

struct Vm {
  enum class State : uint8_t {
    ready,    ///< runs, or could
    waiting,  ///< in WFI: nothing is both pending and enabled
    ended,    ///< wrote its finisher; never runs again
  };

  Vcpu vcpu;  ///< first: mscratch points to it and to its Vm alike
  VirtualTimer timer;
  bool software_interrupt = false;  ///< bit 0 of the virtual msip register
  VirtualUart uart;

  const char* name = "";
  unsigned number = 0;
  HostAddress partition;
  uint64_t partition_bytes = 0;
  uint64_t satp = 0;

  State state = State::ready;
  uint16_t exit_code = 0;      ///< 0 = pass; valid when ended
  bool timer_changed = false;  ///< the physical comparator may need another value

  Ticks budget = 0;      ///< what is left of the slice in this round of the scheduler
  bool boosted = false;  ///< woken from WFI and not waiting since; runs before VMs that are not
};

static_assert(offsetof(Vm, vcpu) == 0);

/// The virtual `mip`. Its bits are levels of the virtual devices; none is writable.
inline uint64_t virtual_mip(const Vm& vm, Ticks now) {
  uint64_t pending = 0;
  if (vm.timer.pending(now)) pending |= interrupt::bit(interrupt::machine_timer);
  if (vm.software_interrupt) pending |= interrupt::bit(interrupt::machine_software);
  return pending;
}

/// Interrupts that wake the virtual hart from WFI: mstatus.MIE does not matter for that
/// (privileged specification, "Wait for Interrupt").
inline uint64_t pending_and_enabled(const Vm& vm, Ticks now) {
  return virtual_mip(vm, now) & vm.vcpu.mie;
}

}  // namespace cyclevisor::hypervisor
