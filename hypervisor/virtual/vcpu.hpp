// The architectural state of a virtual hart: RV64IMAC with M and U mode, as its guest sees it.
#pragma once

#include "hypervisor/arch/csr.hpp"
#include "hypervisor/base/types.hpp"
#include "hypervisor/virtual/pmp.hpp"

namespace cyclevisor::hypervisor {

/// Registers of a virtual hart. The CSRs hold virtual values; only those that the guest can write
/// are stored, the others are computed or constant (virtual/csr.cpp).
struct Vcpu {
  uint64_t x[32] = {};  ///< x[0] is always zero
  uint64_t pc = 0;
  VirtualMode mode = VirtualMode::machine;
  uint64_t mstatus = mstatus::uxl_64;  ///< and fields MIE, MPIE, MPP, MPRV, TW
  uint64_t mie = 0;
  uint64_t mtvec = 0;
  uint64_t mscratch = 0;
  uint64_t mepc = 0;
  uint64_t mcause = 0;
  uint64_t mtval = 0;
  uint64_t mcounteren = 0;
  uint64_t menvcfg = 0;
  uint64_t mcycle_offset = 0;    ///< virtual minus physical mcycle
  uint64_t minstret_offset = 0;  ///< virtual minus physical minstret

  void set_x(unsigned number, uint64_t value) {
    if (number != 0) x[number] = value;
  }
};

// arch/m/trap.S stores at these offsets.
static_assert(offsetof(Vcpu, x) == 0 && offsetof(Vcpu, pc) == 256);

/// Interrupts are taken in a mode below M always, in M while mstatus.MIE is set (privileged
/// specification, "Machine Status Registers").
inline bool interrupts_enabled(const Vcpu& vcpu) {
  return vcpu.mode != VirtualMode::machine || (vcpu.mstatus & mstatus::mie) != 0;
}

/// The privilege mode that the virtual hart's loads and stores have: that of MPP while MPRV is set.
inline PmpView pmp_view(const Vcpu& vcpu) {
  if (vcpu.mode != VirtualMode::machine) return PmpView::user;
  const bool as_user = (vcpu.mstatus & (mstatus::mprv | mstatus::mpp)) == mstatus::mprv;
  return as_user ? PmpView::modified : PmpView::machine;
}

/// Takes a trap into the virtual machine mode, interrupt or exception: `value` is what `mcause`
/// gets. The vcpu's pc is the address that `mepc` gets.
HYPERVISOR_STAGE void inject_trap(Vcpu* vcpu, uint64_t value, uint64_t tval);

/// `mret`, executed in virtual machine mode.
HYPERVISOR_STAGE void virtual_mret(Vcpu* vcpu);

}  // namespace cyclevisor::hypervisor
