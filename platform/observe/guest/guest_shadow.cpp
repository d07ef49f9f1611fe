#include "platform/observe/guest/guest_shadow.hpp"

#include <algorithm>

namespace cyclevisor {
namespace {

/// The hart chooses an interrupt this long before it takes the trap, at most.
constexpr std::uint64_t choice_cycles = 4;

}  // namespace

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
    const Cycle since(event.cycle.value - std::min(event.cycle.value, choice_cycles));
    enter_interrupt(number, event.epc.value, vector, since, event.cycle);
  } else {
    if (at_vector_) start_handler(event.cycle);
    enter_exception(event.epc.value, vector, event.cycle);
  }
}

void GuestShadow::enter_interrupt(unsigned number, std::uint64_t epc, std::uint64_t target,
                                  Cycle since, Cycle at) {
  GuestInterrupt interrupt;
  interrupt.vm = number_;
  interrupt.cycle = at;
  interrupt.number = number;
  interrupt.deadline = state_.deadline;
  interrupt.expired = state_.expired(since, at);
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

void GuestShadow::restore_timer(const GuestTimerRegisters& registers, Cycle at) {
  static_cast<GuestTimerRegisters&>(state_) = registers;
  set_deadline(at);
}

void GuestShadow::set_deadline(Cycle at) {
  state_.deadline = clock_.reached(state_.mtimecmp, state_.mtime_offset, at);
  state_.wrap = clock_.wraps(state_.mtime_offset, at);
  tell([&](GuestObserver& o) { o.deadline_changed(number_, at, state_.deadline); });
}

void GuestShadow::wrapped() {
  const Cycle at = state_.wrap;
  if (state_.deadline < at) state_.fell = at;
  set_deadline(at);
}

void GuestShadow::read_time(const Retire& event) const {
  GuestTimeRead read;
  read.vm = number_;
  read.cycle = read.done = event.cycle;
  // "Hypervisor Time Delta (htimedelta) Register": VS- and VU-mode read the sum.
  read.value = event.rd_value - (is_virtual(event.mode) ? state_.htimedelta : 0);
  read.first = read.last = clock_.mtime(event.cycle);
  tell([&](GuestObserver& o) { o.time_read(read); });
}

}  // namespace cyclevisor
