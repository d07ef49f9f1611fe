#include "hypervisor/arch/csr.hpp"
#include "hypervisor/arch/hart.hpp"
#include "hypervisor/core/emulate.hpp"
#include "hypervisor/core/external_interrupt.hpp"
#include "hypervisor/core/hypervisor.hpp"
#include "hypervisor/core/timer_multiplexer.hpp"

namespace cyclevisor::hypervisor {

Hypervisor hypervisor;

namespace {

void print_decimal(unsigned value) {
  if (value >= 10) print_decimal(value / 10);
  hypervisor.console.put(static_cast<char>('0' + value % 10));
}

void print_hexadecimal(const char* label, uint64_t value) {
  hypervisor.console.put(label);
  for (int shift = 60; shift >= 0; shift -= 4) {
    hypervisor.console.put("0123456789abcdef"[value >> shift & 0xf]);
  }
}

[[gnu::noinline]] void report_end(const Vm& vm) {
  hypervisor.console.put("VM ");
  print_decimal(vm.number);
  hypervisor.console.put(" ");
  hypervisor.console.put(vm.name);
  if (vm.exit_code == 0) {
    hypervisor.console.put(": pass\n");
  } else {
    hypervisor.console.put(": fail ");
    print_decimal(vm.exit_code);
    hypervisor.console.put("\n");
  }
}

[[noreturn]] void wait_forever() {
  HYPERVISOR_WRITE_CSR(mie, 0);
  for (;;) asm volatile("wfi");
}

/// The run passes when every VM passed; otherwise the code is that of the first that failed.
[[noreturn]] void finish() {
  for (unsigned i = 0; i < hypervisor.vm_count; ++i) {
    if (hypervisor.vms[i].exit_code != 0) {
      hypervisor.finisher.fail(hypervisor.vms[i].exit_code);
      wait_forever();
    }
  }
  hypervisor.finisher.pass();
  wait_forever();
}

}  // namespace

/// Programs the physical comparator for `running` (nullptr: idle).
HYPERVISOR_STAGE void timer_multiplexer_arm(const Vm* running, Ticks now) {
  hypervisor.timer.arm(timer_multiplexer_next(hypervisor.vms, hypervisor.vm_count, running,
                                              hypervisor.scheduler.slice_end(),
                                              hypervisor.scheduler.undisturbed_until(), now));
}

HYPERVISOR_STAGE void world_switch(const Vm* to) {
  // ASIDs differ and page tables never change after boot, so nothing has to be fenced.
  HYPERVISOR_WRITE_CSR(satp, to->satp);
  hypervisor.in_satp = to;
}

/// A real WFI. Interrupts are off in machine mode (mstatus.MIE = 0) and the comparator is armed
/// before: one that fires between the decision to sleep and the WFI is pending then, and WFI with a
/// pending enabled interrupt does not wait. So no wake-up is lost.
HYPERVISOR_STAGE void wait_for_interrupt(Ticks now) {
  timer_multiplexer_arm(nullptr, now);
  asm volatile("wfi" : : : "memory");
  if (HYPERVISOR_READ_CSR(mip) & interrupt::bit(interrupt::machine_external)) {
    handle_external_interrupt();
  }
}

HYPERVISOR_STAGE Turn schedule() {
  for (;;) {
    const Ticks now = physical_time();
    Vm* next = hypervisor.scheduler.select(now);
    if (next != nullptr) {
      next->timer_changed = false;
      timer_multiplexer_arm(next, now);
      if (next != hypervisor.in_satp) world_switch(next);
      return Turn{next, now};
    }
    if (hypervisor.scheduler.all_ended()) finish();
    wait_for_interrupt(now);
  }
}

/// Delivers the interrupt of highest priority that is pending and enabled, if interrupts are.
HYPERVISOR_STAGE void inject_interrupt(Vm* vm, Ticks now) {
  if (!interrupts_enabled(vm->vcpu)) return;
  const uint64_t pending = pending_and_enabled(*vm, now);
  if (pending == 0) return;
  // "MEI, MSI, MTI" is the order of priority.
  unsigned number = interrupt::machine_timer;
  if (pending & interrupt::bit(interrupt::machine_software)) number = interrupt::machine_software;
  if (pending & interrupt::bit(interrupt::machine_external)) number = interrupt::machine_external;
  inject_trap(&vm->vcpu, cause::interrupt_bit | number, 0);
}

HYPERVISOR_STAGE Vm* resume_guest(Vm* vm) {
  Ticks now = physical_time();
  if (vm->state == Vm::State::ended) report_end(*vm);
  // The comparator holds the earliest moment at which anything can be due for any VM.
  if (vm->state != Vm::State::ready || now >= hypervisor.timer.armed()) {
    const Turn turn = schedule();
    vm = turn.vm;
    now = turn.now;
  } else if (vm->timer_changed) {
    vm->timer_changed = false;
    timer_multiplexer_arm(vm, now);
  }
  inject_interrupt(vm, now);
  if (!hypervisor.protection.holds(*vm, pmp_view(vm->vcpu))) load_protection(vm);
  return vm;
}

/// A trap that no guest caused: a defect of the hypervisor. Says where and ends the run.
extern "C" [[noreturn]] void hypervisor_fault() {
  hypervisor.console.put("hypervisor fault:");
  print_hexadecimal(" mcause ", HYPERVISOR_READ_CSR(mcause));
  print_hexadecimal(" mepc ", HYPERVISOR_READ_CSR(mepc));
  print_hexadecimal(" mtval ", HYPERVISOR_READ_CSR(mtval));
  hypervisor.console.put("\n");
  hypervisor.finisher.fail(0xffff);
  wait_forever();
}

/// A fault of hypervisor_fault: what it uses is broken, so nothing is printed.
extern "C" [[noreturn]] void hypervisor_nested_fault() {
  hypervisor.finisher.fail(0xffff);
  wait_forever();
}

/// Called by trap_entry; returns the VM that trap_exit enters.
extern "C" Vm* handle_trap(Vm* vm) {
  const uint64_t cause = HYPERVISOR_READ_CSR(mcause);
  // The timer's interrupt says no more than that the comparator's moment has come, which
  // resume_guest sees for itself.
  if ((cause & cause::interrupt_bit) == 0) {
    handle_exception(vm, cause, HYPERVISOR_READ_CSR(mtval));
  } else if (cause == (cause::interrupt_bit | interrupt::machine_external)) {
    handle_external_interrupt();
  }
  return resume_guest(vm);
}

}  // namespace cyclevisor::hypervisor
