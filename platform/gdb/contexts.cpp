#include "platform/gdb/contexts.hpp"

#include "models/mmu/pte.hpp"

namespace cyclevisor::gdb {

Contexts::Contexts(const ObservedPlatform& platform, const std::vector<std::string>& executables,
                   const VmWatch& watch)
    : watch_(watch), arrangement_(platform.arrangement) {
  if (arrangement_.monitored()) {
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
  if (!arrangement_.leaves_guest(event)) return;
  const std::size_t vm = watch_.current();
  if (vm == 0 || vm >= contexts_.size()) return;
  leave(contexts_[vm], event.cycle, event.x, event.epc, event.from);
}

void Contexts::on(const TrapReturn& event) {
  if (!arrangement_.monitored() || running() == 0) return;
  leave(contexts_[0], event.cycle, event.x, event.pc, event.from);
}

void Contexts::on(const AddressSpace& event) {
  if (!arrangement_.monitored() || atp::mode(event.satp) == atp::Mode::bare) return;
  const std::size_t vm = watch_.current();
  if (vm >= contexts_.size()) return;
  contexts_[vm].satp = event.satp;
  contexts_[vm].vsatp = event.vsatp;
  contexts_[vm].hgatp = event.hgatp;
}

std::size_t Contexts::running() const {
  if (!arrangement_.monitored()) return 0;
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
