#include "hypervisor/core/external_interrupt.hpp"

#include "hypervisor/arch/hart.hpp"
#include "hypervisor/core/hypervisor.hpp"

namespace cyclevisor::hypervisor {

HYPERVISOR_STAGE void handle_external_interrupt() {
  const unsigned source = hypervisor.plic.claim();
  if (source == 0) return;
  bool complete = true;
  for (unsigned i = 0; i < hypervisor.vm_count; ++i) {
    Vm& vm = hypervisor.vms[i];
    if (vm.console_interrupt == source) {
      vm.uart.input_has_come();
    } else if (vm.disk.source() == source) {
      vm.disk.interrupts();
      complete = false;  // not before the guest has acknowledged it
    } else {
      continue;
    }
    update_external_interrupt(vm);
    if (vm.state == Vm::State::waiting && pending_and_enabled(vm, physical_time()) != 0) {
      hypervisor.timer.make_due();
    }
  }
  if (complete) hypervisor.plic.complete(source);
}

}  // namespace cyclevisor::hypervisor
