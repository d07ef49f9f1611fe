#include "platform/observe/guest/guest_view.hpp"

#include <algorithm>
#include <stdexcept>

namespace cyclevisor {
namespace {

using Kind = TrappedInstruction::Kind;
using Update = TrappedInstruction::Update;

std::uint64_t updated(std::uint64_t old, const TrappedInstruction& instruction) {
  switch (instruction.update) {
    case Update::write:
      return instruction.operand;
    case Update::set:
      return old | instruction.operand;
    case Update::clear:
      return old & ~instruction.operand;
    case Update::none:
      break;
  }
  return old;
}

template <class Guests>
auto find_in(Guests& guests, unsigned number) {
  const auto found = std::find_if(guests.begin(), guests.end(),
                                  [number](const auto& guest) { return guest.number == number; });
  return found == guests.end() ? nullptr : &*found;
}

}  // namespace

GuestView::GuestView(const ObservedPlatform& platform, const VmWatch& watch)
    : platform_(platform), watch_(watch), clock_(platform.prescale) {
  for (const ObservedVm& vm : platform.vms) {
    guests_.emplace_back();
    guests_.back().number = vm.number;
  }
}

GuestView::Guest* GuestView::find(unsigned number) { return find_in(guests_, number); }

const GuestView::Guest* GuestView::running() const {
  const auto number = watch_.running();
  return number ? find_in(guests_, *number) : nullptr;
}

const GuestState& GuestView::state(unsigned vm) const {
  if (const Guest* guest = find_in(guests_, vm)) return guest->state;
  throw std::out_of_range("no VM with this number");
}

void GuestView::set_deadline(Guest& guest, Cycle at) {
  guest.state.deadline = clock_.reached(guest.state.mtimecmp, guest.state.mtime_offset, at);
  tell([&](GuestObserver& o) { o.deadline_changed(guest.number, at, guest.state.deadline); });
}

void GuestView::store_timer(Guest& guest, TimerPlace place, unsigned bytes, std::uint64_t value,
                            Cycle at) {
  GuestState& state = guest.state;
  switch (place.reg) {
    case GuestTimerRegister::msip:
      if (place.offset == 0) state.msip = (value & 1) != 0;
      break;
    case GuestTimerRegister::mtimecmp:
      state.mtimecmp = replace_bytes(state.mtimecmp, place.offset, bytes, value);
      set_deadline(guest, at);
      break;
    case GuestTimerRegister::mtime: {
      // Natively the bus transfer has already set the clock.
      if (platform_.arrangement.source != GuestSourceKind::trapped) break;
      const std::uint64_t machine = clock_.mtime(at);
      const std::uint64_t old = machine + state.mtime_offset;
      state.mtime_offset = replace_bytes(old, place.offset, bytes, value) - machine;
      set_deadline(guest, at);
      break;
    }
  }
}

void GuestView::start_handler(Guest& guest, Cycle at) {
  guest.entered = false;
  tell([&](GuestObserver& o) { o.handler_started(guest.number, at); });
}

void GuestView::enter(Guest& guest, std::uint64_t mcause, const Trap& event) {
  const std::uint64_t vector = event.vector.value;
  if (event.is_interrupt()) {
    const auto number = static_cast<unsigned>(mcause & ~Trap::interrupt_bit);
    enter_interrupt(guest, number, event.epc.value, vector, event.cycle);
  } else {
    if (guest.entered) start_handler(guest, event.cycle);
    enter_exception(guest, event.epc.value, vector, event.cycle);
  }
}

void GuestView::enter_interrupt(Guest& guest, unsigned number, std::uint64_t epc,
                                std::uint64_t target, Cycle at) {
  GuestInterrupt interrupt;
  interrupt.vm = guest.number;
  interrupt.cycle = at;
  interrupt.number = number;
  interrupt.deadline = guest.state.deadline;
  interrupt.expired = guest.state.expired(at);
  tell([&](GuestObserver& o) { o.interrupt_entered(interrupt); });
  update(guest, at, [&](GuestState& state) { state.enter(epc); });
  guest.entered = true;
  guest.first_pc = target;
}

void GuestView::enter_exception(Guest& guest, std::uint64_t epc, std::uint64_t target, Cycle at) {
  tell([&](GuestObserver& o) { o.exception_entered(guest.number, at); });
  update(guest, at, [&](GuestState& state) { state.enter(epc); });
  guest.entered = true;
  guest.first_pc = target;
}

void GuestView::on(const BusTransfer& event) {
  bus_began_ = event.cycle;
  if (!event.write || event.error) return;
  const auto place = timer_place(event.address.value, event.bytes);
  if (!place || place->reg != GuestTimerRegister::mtime) return;
  // The register has the new value in the cycle after the transfer's last one.
  const Cycle at = event.end + Cycle(1);
  clock_.write(at, replace_bytes(clock_.mtime(at), place->offset, event.bytes, event.data));
  for (Guest& guest : guests_) set_deadline(guest, at);
}

Retirements GuestView::wants() const {
  // Under the hypervisor that is also asked whenever a guest begins or ends to run.
  const Guest* guest = running();
  if (guest != nullptr && guest->entered) return Retirements::all;
  return platform_.arrangement.source == GuestSourceKind::trapped ? Retirements::none
                                                                  : Retirements::unusual;
}

void GuestView::on(const Retire& event) {
  if (platform_.arrangement.source == GuestSourceKind::supervisor) {
    if (Guest* guest = find(watch_.current())) supervisor_retire(*guest, event);
    return;
  }
  const bool native = platform_.arrangement.source == GuestSourceKind::machine;
  const auto running = watch_.running();
  Guest* guest = running ? find(*running) : nullptr;
  if (guest == nullptr) return;
  if (guest->entered) start_handler(*guest, event.cycle);
  if (native) native_retire(*guest, event);
}

void GuestView::on(const Trap& event) {
  Guest* guest = find(watch_.current());
  if (guest == nullptr) return;
  if (platform_.arrangement.source == GuestSourceKind::machine) {
    if (event.to == PrivilegeMode::machine) enter(*guest, event.cause, event);
    return;
  }
  if (platform_.arrangement.source == GuestSourceKind::supervisor) {
    supervisor_trap(*guest, event);
    return;
  }
  if (event.from != PrivilegeMode::user) return;
  PendingTrap& pending = guest->pending.emplace();
  examine(*guest, event, pending);
  if (pending.completes) apply(*guest, pending);
  if (pending.instruction.kind == Kind::wfi) {
    tell([&](GuestObserver& o) { o.sleep_changed(guest->number, event.cycle, true); });
  }
}

void GuestView::on(const TrapReturn& event) {
  Guest* guest = find(watch_.current());
  if (guest == nullptr) return;
  if (platform_.arrangement.source == GuestSourceKind::machine) {
    if (event.from != PrivilegeMode::machine) return;
    update(*guest, event.cycle, [](GuestState& state) { state.leave(); });
    tell([&](GuestObserver& o) { o.handler_returned(guest->number, event.cycle); });
    return;
  }
  if (platform_.arrangement.source == GuestSourceKind::supervisor) {
    supervisor_return(*guest, event);
    return;
  }
  if (event.to != PrivilegeMode::user || !guest->pending) return;
  PendingTrap& pending = *guest->pending;
  if (pending.instruction.kind == Kind::wfi) {
    tell([&](GuestObserver& o) { o.sleep_changed(guest->number, event.cycle, false); });
  }
  complete(*guest, pending, event);
  guest->pending.reset();
}

// --- Under the hypervisor: the guest's privileged instructions and device accesses trap. --------

void GuestView::examine(const Guest& guest, const Trap& event, PendingTrap& pending) const {
  pending.cycle = event.cycle;
  pending.epc = event.epc.value;
  pending.x = event.x;
  pending.instruction = trapped_instruction(event);
  const TrappedInstruction& wanted = pending.instruction;
  pending.resume = pending.epc + wanted.length;
  switch (wanted.kind) {
    case Kind::interrupt:
      pending.completes = true;
      break;
    case Kind::csr:
      pending.completes = !guest.state.user &&
                          (GuestState::shadows_csr(wanted.csr) || wanted.csr == guest_csr::mcause);
      break;
    case Kind::mret:
      pending.completes = !guest.state.user;
      if (pending.completes) pending.resume = guest.state.mepc;
      break;
    case Kind::wfi:
      pending.completes = !guest.state.user;
      break;
    case Kind::load:
    case Kind::store:
      pending.place = timer_place(wanted.address, wanted.bytes);
      // The timer takes aligned words and doublewords; of anything else, and of what the guest's
      // PMP refuses, the hypervisor makes an exception.
      pending.completes =
          pending.place.has_value() && wanted.bytes >= 4 && wanted.address % wanted.bytes == 0 &&
          guest.state.may_access(wanted.address, wanted.bytes,
                                 wanted.kind == Kind::load ? AccessType::load : AccessType::store);
      break;
    case Kind::other:
      break;
  }
}

void GuestView::apply(Guest& guest, PendingTrap& pending) {
  const TrappedInstruction& wanted = pending.instruction;
  pending.applied = true;
  switch (wanted.kind) {
    case Kind::csr:
      pending.expected = guest.state.read_csr(wanted.csr);
      if (wanted.update != Update::none) {
        update(guest, pending.cycle, [&](GuestState& state) {
          state.write_csr(wanted.csr, updated(state.read_csr(wanted.csr), wanted));
        });
      }
      break;
    case Kind::mret:
      update(guest, pending.cycle, [](GuestState& state) { state.leave(); });
      break;
    case Kind::load:
      if (pending.place && pending.place->reg != GuestTimerRegister::mtime) {
        const std::uint64_t whole = pending.place->reg == GuestTimerRegister::mtimecmp
                                        ? guest.state.mtimecmp
                                        : (guest.state.msip ? 1 : 0);
        pending.expected = extended(extract_bytes(whole, pending.place->offset, wanted.bytes),
                                    wanted.bytes, wanted.sign_extended);
      }
      break;
    case Kind::store:
      if (pending.place) {
        store_timer(guest, *pending.place, wanted.bytes, wanted.value, pending.cycle);
      }
      break;
    default:
      break;
  }
}

std::optional<unsigned> GuestView::entered_by(const Guest& guest, const PendingTrap& pending,
                                              std::uint64_t target, Cycle at) const {
  const GuestState& state = guest.state;
  const bool deliverable = state.timer_deliverable(at) || state.software_deliverable();
  if (target == pending.resume && !deliverable) return std::nullopt;
  if (state.vectored()) {
    // Exceptions enter at the base, interrupts 4 * number above it.
    for (unsigned number : {GuestState::msi, GuestState::mti, GuestState::mei}) {
      if (target == state.vector(number)) return number;
    }
    return std::nullopt;
  }
  if (target != state.base()) return std::nullopt;
  if (!pending.completes && !deliverable) return std::nullopt;
  // In direct mode the number is what a hart would choose: MEI, MSI, MTI. The state of external
  // interrupts is not known here; it explains what the other two do not.
  if (state.software_deliverable()) return GuestState::msi;
  if (!state.timer_deliverable(at) && state.enabled(GuestState::mei)) return GuestState::mei;
  return GuestState::mti;
}

void GuestView::report_time_read(const Guest& guest, const PendingTrap& pending,
                                 const TrapReturn& event, unsigned offset, unsigned bytes) {
  if (pending.instruction.rd == 0) return;
  GuestTimeRead read;
  read.vm = guest.number;
  read.cycle = pending.cycle;
  read.done = event.cycle;
  read.offset = offset;
  read.bytes = bytes;
  read.value = low_bytes(event.x[pending.instruction.rd], bytes);
  read.first = clock_.mtime(pending.cycle) + guest.state.mtime_offset - guest.state.offset_slack;
  read.last = clock_.mtime(event.cycle) + guest.state.mtime_offset;
  tell([&](GuestObserver& o) { o.time_read(read); });
}

/// The instruction of `pending` has been executed: tells what it did.
void GuestView::report_result(Guest& guest, const PendingTrap& pending, const TrapReturn& event) {
  const TrappedInstruction& wanted = pending.instruction;
  const std::uint64_t rd = event.x[wanted.rd];
  if (wanted.kind == Kind::csr && wanted.csr == guest_csr::time) {
    report_time_read(guest, pending, event, 0, 8);
  }
  if (wanted.kind == Kind::csr) report_csr_read(guest, pending, event);
  if (wanted.kind == Kind::csr && wanted.csr == guest_csr::mcause && wanted.rd != 0) {
    tell([&](GuestObserver& o) { o.cause_read(guest.number, event.cycle, rd); });
  }
  if (!pending.place) return;
  const TimerPlace place = *pending.place;
  const bool store = wanted.kind == Kind::store;
  if (place.reg == GuestTimerRegister::mtime && !store) {
    report_time_read(guest, pending, event, place.offset, wanted.bytes);
    return;
  }
  if (place.reg == GuestTimerRegister::mtime) {
    // The hypervisor took the new value at some moment between trap and return.
    guest.state.offset_slack = clock_.mtime(event.cycle) - clock_.mtime(pending.cycle);
  }
  GuestTimerAccess access;
  access.vm = guest.number;
  access.cycle = pending.cycle;
  access.done = event.cycle;
  access.reg = place.reg;
  access.offset = place.offset;
  access.bytes = wanted.bytes;
  access.store = store;
  access.value = store ? wanted.value : rd;
  access.expected = pending.expected;
  access.writes_rd = wanted.rd != 0;
  tell([&](GuestObserver& o) { o.timer_access(access); });
}

void GuestView::complete(Guest& guest, PendingTrap& pending, const TrapReturn& event) {
  const std::uint64_t target = event.target.value;
  const auto interrupt = entered_by(guest, pending, target, event.cycle);
  const bool completed = pending.completes || target == pending.resume || interrupt.has_value();
  const bool refetched = target == pending.epc && pending.instruction.kind != Kind::interrupt;
  if (completed && !pending.applied) apply(guest, pending);
  const bool executed = completed && pending.instruction.kind != Kind::interrupt;
  if (executed && guest.entered && pending.epc == guest.first_pc) {
    start_handler(guest, event.cycle);
  }
  if (executed) report_result(guest, pending, event);
  if (executed && pending.instruction.kind == Kind::mret) {
    tell([&](GuestObserver& o) { o.handler_returned(guest.number, event.cycle); });
  }
  GuestResume resume;
  resume.vm = guest.number;
  resume.trapped = pending.cycle;
  resume.cycle = event.cycle;
  resume.before = &pending.x;
  resume.after = &event.x;
  const bool writes =
      pending.instruction.kind == Kind::csr || pending.instruction.kind == Kind::load;
  if (executed && writes) resume.rd = pending.instruction.rd;
  resume.target = target;
  resume.expected = interrupt || target == pending.resume || refetched ||
                    (!completed && target == guest.state.base());
  if (interrupt || (!completed && !refetched)) {
    expect_cause(guest, pending, interrupt, event.cycle);
  }
  if (interrupt) {
    enter_interrupt(guest, *interrupt, pending.resume, target, event.cycle);
  } else if (!completed && !refetched) {
    if (guest.entered && pending.epc == guest.first_pc) start_handler(guest, event.cycle);
    enter_exception(guest, pending.epc, target, event.cycle);
  }
  tell([&](GuestObserver& o) { o.resumed(resume); });
}

}  // namespace cyclevisor
