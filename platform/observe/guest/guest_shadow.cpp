#include "platform/observe/guest/guest_shadow.hpp"

namespace cyclevisor {

void GuestShadow::write_csr(unsigned csr, std::uint64_t value, Cycle at) {
  update(at, [&](GuestState& state) { state.write_csr(csr, value); });
}

void GuestShadow::leave(Cycle at) {
  update(at, [](GuestState& state) { state.leave(); });
}

void GuestShadow::take_trap(std::uint64_t mcause, const Trap& event) {
  const std::uint64_t vector = event.vector.value;
  if (event.is_interrupt()) {
    const auto number = static_cast<unsigned>(mcause & ~Trap::interrupt_bit);
    enter_interrupt(number, event.epc.value, vector, event.cycle);
  } else {
    if (at_vector_) start_handler(event.cycle);
    enter_exception(event.epc.value, vector, event.cycle);
  }
}

void GuestShadow::enter_interrupt(unsigned number, std::uint64_t epc, std::uint64_t target,
                                  Cycle at) {
  GuestInterrupt interrupt;
  interrupt.vm = number_;
  interrupt.cycle = at;
  interrupt.number = number;
  interrupt.deadline = state_.deadline;
  interrupt.expired = state_.expired(at);
  tell([&](GuestObserver& o) { o.interrupt_entered(interrupt); });
  update(at, [&](GuestState& state) { state.enter(epc); });
  set_at_vector(target);
}

void GuestShadow::enter_exception(std::uint64_t epc, std::uint64_t target, Cycle at) {
  begin_exception(target, at);
  update(at, [&](GuestState& state) { state.enter(epc); });
}

void GuestShadow::begin_exception(std::uint64_t target, Cycle at) {
  tell([&](GuestObserver& o) { o.exception_entered(number_, at); });
  set_at_vector(target);
}

void GuestShadow::set_at_vector(std::uint64_t target) {
  at_vector_ = true;
  first_pc_ = target;
}

void GuestShadow::start_handler(Cycle at) {
  at_vector_ = false;
  tell([&](GuestObserver& o) { o.handler_started(number_, at); });
}

void GuestShadow::store_timer(TimerLocation location, unsigned bytes, std::uint64_t value,
                              Cycle at) {
  if (location.reg == GuestTimerRegister::msip) {
    if (location.offset == 0) state_.msip = (value & 1) != 0;
  } else if (location.reg == GuestTimerRegister::mtimecmp) {
    state_.mtimecmp = replace_bytes(state_.mtimecmp, location.offset, bytes, value);
    set_deadline(at);
  }
}

void GuestShadow::store_mtime(TimerLocation location, unsigned bytes, std::uint64_t value,
                              Cycle at) {
  const std::uint64_t machine = clock_.mtime(at);
  const std::uint64_t old = machine + state_.mtime_offset;
  state_.mtime_offset = replace_bytes(old, location.offset, bytes, value) - machine;
  set_deadline(at);
}

void GuestShadow::set_deadline(Cycle at) {
  state_.deadline = clock_.reached(state_.mtimecmp, state_.mtime_offset, at);
  tell([&](GuestObserver& o) { o.deadline_changed(number_, at, state_.deadline); });
}

void GuestShadow::read_time(std::uint64_t value, Cycle at) const {
  GuestTimeRead read;
  read.vm = number_;
  read.cycle = read.done = at;
  read.value = value;
  read.first = read.last = clock_.mtime(at);
  tell([&](GuestObserver& o) { o.time_read(read); });
}

}  // namespace cyclevisor
