#include "hypervisor/virtual/vcpu.hpp"

namespace cyclevisor::hypervisor {

HYPERVISOR_STAGE void inject_trap(Vcpu* vcpu, uint64_t value, uint64_t tval) {
  vcpu->mepc = vcpu->pc;
  vcpu->mcause = value;
  vcpu->mtval = tval;
  uint64_t status = vcpu->mstatus & ~(mstatus::mpp | mstatus::mpie | mstatus::mie);
  status |= static_cast<uint64_t>(vcpu->mode) << mstatus::mpp_shift;
  if (vcpu->mstatus & mstatus::mie) status |= mstatus::mpie;
  vcpu->mstatus = status;
  vcpu->mode = VirtualMode::machine;
  // mtvec: BASE in the upper bits, MODE 1 = vectored, for interrupts only.
  uint64_t target = vcpu->mtvec & ~uint64_t{3};
  if ((vcpu->mtvec & 1) && (value & cause::interrupt_bit)) {
    target += 4 * (value & ~cause::interrupt_bit);
  }
  vcpu->pc = target;
}

HYPERVISOR_STAGE void virtual_mret(Vcpu* vcpu) {
  const auto mode = static_cast<VirtualMode>((vcpu->mstatus & mstatus::mpp) >> mstatus::mpp_shift);
  uint64_t status = vcpu->mstatus & ~(mstatus::mie | mstatus::mpp);
  if (status & mstatus::mpie) status |= mstatus::mie;
  status |= mstatus::mpie;
  // MPP becomes the least-privileged mode, U; MPRV is cleared when leaving M (both: "Privilege and
  // Global Interrupt-Enable Stack" and "Memory Privilege in mstatus Register").
  if (mode != VirtualMode::machine) status &= ~mstatus::mprv;
  vcpu->mstatus = status;
  vcpu->mode = mode;
  vcpu->pc = vcpu->mepc;
}

}  // namespace cyclevisor::hypervisor
