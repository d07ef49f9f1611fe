#include "platform/gdb/contexts.hpp"

#include "models/mmu/pte.hpp"

namespace cyclevisor::gdb {

Contexts::Contexts(const ObservedPlatform& platform, const std::vector<std::string>& executables,
                   const VmWatch& watch)
    : watch_(watch), native_(platform.strategy == ObservedPlatform::Strategy::native) {
  if (!native_) {
    contexts_.emplace_back();
    contexts_.back().name = "hypervisor";
  }
  for (const ObservedVm& vm : platform.vms) {
    contexts_.emplace_back();
    contexts_.back().name = vm.name;
    contexts_.back().partition = vm.partition;
    contexts_.back().partition_bytes = vm.partition_bytes;
  }
  for (std::size_t i = 0; i < executables.size(); ++i) contexts_.at(i).executable = executables[i];
}

void Contexts::on(const Trap& event) {
  // From a guest: VMs run in U-mode, or with V = 1.
  if (native_ || event.from == PrivilegeMode::machine || event.from == PrivilegeMode::supervisor) {
    return;
  }
  const std::size_t vm = watch_.current();
  if (vm == 0 || vm >= contexts_.size()) return;
  leave(contexts_[vm], event.cycle, event.x, event.epc, event.from);
}

void Contexts::on(const TrapReturn& event) {
  if (native_ || running() == 0) return;
  leave(contexts_[0], event.cycle, event.x, event.pc, event.from);
}

void Contexts::on(const AddressSpace& event) {
  if (native_ || atp::mode(event.satp) == atp::Mode::bare) return;
  const std::size_t vm = watch_.current();
  if (vm >= contexts_.size()) return;
  contexts_[vm].satp = event.satp;
  contexts_[vm].vsatp = event.vsatp;
  contexts_[vm].hgatp = event.hgatp;
}

std::size_t Contexts::running() const {
  if (native_) return 0;
  const std::size_t vm = watch_.running().value_or(0);
  return vm < contexts_.size() ? vm : 0;
}

void Contexts::leave(Context& context, Cycle cycle, const IntegerRegisters& x, VirtualAddress pc,
                     PrivilegeMode mode) {
  context.seen = true;
  context.cycle = cycle;
  context.x = x;
  context.pc = pc;
  context.mode = mode;
}

}  // namespace cyclevisor::gdb
