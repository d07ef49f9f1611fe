#include "hypervisor/core/external_interrupt.hpp"

#include "hypervisor/arch/hart.hpp"
#include "hypervisor/core/hypervisor.hpp"

namespace cyclevisor::hypervisor {

HYPERVISOR_STAGE void handle_external_interrupt() {
  const unsigned source = hypervisor.plic.claim();
  if (source == 0) return;
  for (unsigned i = 0; i < hypervisor.vm_count; ++i) {
    Vm& vm = hypervisor.vms[i];
    if (vm.console_interrupt != source) continue;
    vm.uart.input_has_come();
    update_external_interrupt(vm);
    if (vm.state == Vm::State::waiting && pending_and_enabled(vm, physical_time()) != 0) {
      hypervisor.timer.make_due();
    }
  }
  hypervisor.plic.complete(source);
}

}  // namespace cyclevisor::hypervisor
