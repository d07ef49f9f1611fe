// The part of GuestView for a guest in S-mode behind an M-mode firmware. Its timer is what it asks
// of the firmware, or its own stimecmp; its interrupts are those that are delegated to it.
#include "platform/observe/guest/guest_view.hpp"
#include "platform/observe/guest/supervisor_registers.hpp"

namespace cyclevisor {

void GuestView::supervisor_set_timer(Guest& guest, std::uint64_t value, Cycle at) {
  store_timer(guest, {GuestTimerRegister::mtimecmp, 0}, 8, value, at);
}

void GuestView::supervisor_tell_timer(const Guest& guest, Cycle at, Cycle done) {
  GuestTimerAccess access;
  access.vm = guest.number;
  access.cycle = at;
  access.done = done;
  access.reg = GuestTimerRegister::mtimecmp;
  access.bytes = 8;
  access.store = true;
  access.value = guest.state.mtimecmp;
  tell([&](GuestObserver& o) { o.timer_access(access); });
}

void GuestView::supervisor_retire(Guest& guest, const Retire& event) {
  constexpr std::uint32_t opcode_mask = 0x7f;
  constexpr std::uint32_t opcode_system = 0x73;
  constexpr unsigned csr_stimecmp = 0x14d;
  const bool firmware = event.mode == PrivilegeMode::machine;
  if (!firmware && guest.entered) start_handler(guest, event.cycle);
  if ((event.instruction & opcode_mask) != opcode_system) return;
  if (event.csr == csr_stimecmp) {
    // With Sstc the firmware does by it what the guest has just asked for.
    const bool asked = firmware && guest.pending && guest.pending->place;
    if (!asked) supervisor_set_timer(guest, event.csr_value, event.cycle);
    if (!firmware) supervisor_tell_timer(guest, event.cycle, event.cycle);
  } else if (event.csr != Retire::no_csr) {
    if (const auto written = as_machine_csr(event.csr, event.csr_value)) {
      update(guest, event.cycle,
             [&](GuestState& state) { state.write_csr(written->number, written->value); });
    }
  }
  const unsigned number = event.instruction >> 20;
  const bool is_csr = ((event.instruction >> 12) & 3) != 0;
  if (firmware || !is_csr || event.rd == 0) return;
  const auto read = as_machine_csr(number, event.rd_value);
  if (read && read->number == guest_csr::mcause) {
    tell([&](GuestObserver& o) { o.cause_read(guest.number, event.cycle, read->value); });
  } else if (number == guest_csr::time) {
    native_time_read(guest, event);
  }
}

void GuestView::supervisor_trap(Guest& guest, const Trap& event) {
  if (event.from == PrivilegeMode::machine) return;  // within the firmware
  if (event.to == PrivilegeMode::supervisor) {
    const std::uint64_t cause = as_machine_cause(event.cause);
    enter(guest, cause, event);
    return;
  }
  // To the firmware, which goes back to where it came from, or to the guest's vector.
  PendingTrap pending;
  pending.cycle = event.cycle;
  pending.epc = event.epc.value;
  if (const auto deadline = timer_call(event)) {
    pending.place = TimerPlace{};
    supervisor_set_timer(guest, *deadline, event.cycle);
  }
  guest.pending = pending;
}

void GuestView::supervisor_return(Guest& guest, const TrapReturn& event) {
  if (event.from == PrivilegeMode::supervisor) {
    update(guest, event.cycle, [](GuestState& state) { state.leave(); });
    tell([&](GuestObserver& o) { o.handler_returned(guest.number, event.cycle); });
    return;
  }
  if (event.to == PrivilegeMode::machine) return;
  update(guest, event.cycle,
         [&](GuestState& state) { state.user = event.to == PrivilegeMode::user; });
  if (!guest.pending) return;
  const PendingTrap pending = *guest.pending;
  guest.pending.reset();
  if (pending.place) {
    supervisor_tell_timer(guest, pending.cycle, event.cycle);
  } else if (event.target.value == guest.state.base() && pending.epc != event.target.value) {
    // An exception that is not the firmware's business: it has written sepc and sstatus by itself.
    tell([&](GuestObserver& o) { o.exception_entered(guest.number, event.cycle); });
    guest.entered = true;
    guest.first_pc = event.target.value;
  }
}

}  // namespace cyclevisor
