#include "platform/observe/latency/latency_ledger.hpp"

#include <algorithm>
#include <numeric>

namespace cyclevisor {
namespace {

constexpr std::size_t index(Phase phase) { return static_cast<std::size_t>(phase); }
constexpr std::size_t index(DeliveryPart part) { return static_cast<std::size_t>(part); }

// Bounds the list for a guest that never returns from its handlers.
constexpr std::size_t max_open_handlers = 64;

}  // namespace

const char* delivery_part_name(std::size_t part) {
  constexpr std::array<const char*, delivery_part_count - stage_count> names = {"guest", "others",
                                                                                "idle"};
  return part < stage_count ? stage_names[part] : names.at(part - stage_count);
}

LatencyLedger::LatencyLedger(const ObservedPlatform& platform, CycleAccount& account,
                             GuestView& view)
    : platform_(platform), account_(account), view_(view) {
  for (const ObservedVm& vm : platform.vms) {
    vms_.emplace_back();
    vms_.back().number = vm.number;
  }
  guest_runs_ = !platform.arrangement.monitored();
  owner_ = account.vm();
  view.attach(*this);
}

LatencyLedger::Vm* LatencyLedger::find(unsigned number) {
  for (Vm& vm : vms_) {
    if (vm.number == number) return &vm;
  }
  return nullptr;
}

LatencyLedger::Handler* LatencyLedger::innermost(unsigned number) {
  Vm* vm = find(number);
  return vm == nullptr || vm->handlers.empty() ? nullptr : &vm->handlers.back();
}

/// Marks the deadlines that passed before the events of `now` and for which no line had to rise.
void LatencyLedger::notice_deadlines(Cycle now) {
  for (Vm& vm : vms_) {
    if (vm.deadline > now || vm.line != Cycle::never()) continue;
    if (!guest_runs_) {
      vm.line = vm.trap = vm.deadline;
      vm.in_hypervisor = vm.busy = true;
    } else if (line_high_) {
      vm.line = vm.deadline;
    }
  }
}

void LatencyLedger::on(const InterruptLine& event) {
  if (event.number != GuestState::mti) return;
  notice_deadlines(event.cycle);
  line_high_ = event.level;
  if (!event.level) return;
  for (Vm& vm : vms_) {
    count(vm, event.cycle);
    if (vm.deadline <= event.cycle && vm.line == Cycle::never()) vm.line = event.cycle;
  }
}

void LatencyLedger::on(const Trap& event) {
  notice_deadlines(event.cycle);
  const bool monitored = platform_.arrangement.monitored();
  // Without a monitor only the timer interrupt itself ends the phase.
  if (!monitored && !(event.is_interrupt() && event.number() == GuestState::mti)) return;
  if (monitored) {
    // A trap to a vector of the guest's own is the delivery itself.
    if (!platform_.arrangement.leaves_guest(event)) return;
    for (Vm& vm : vms_) count(vm, event.cycle);
    guest_runs_ = false;
  }
  for (Vm& vm : vms_) {
    if (vm.deadline > event.cycle) continue;
    if (vm.line == Cycle::never()) vm.line = event.cycle;
    if (vm.trap != Cycle::never()) continue;
    vm.trap = event.cycle;
    vm.at_trap = account_.now(vm.number);
  }
}

void LatencyLedger::on(const TrapReturn& event) {
  if (!platform_.arrangement.monitored()) return;
  notice_deadlines(event.cycle);
  if (!platform_.arrangement.enters_guest(event)) return;
  for (Vm& vm : vms_) {
    count(vm, event.cycle);
    end_passage(vm);
  }
  guest_runs_ = true;
  owner_ = account_.vm();
}

void LatencyLedger::timer_enable_changed(unsigned number, Cycle at, bool enabled) {
  Vm* vm = find(number);
  if (vm == nullptr) return;
  count(*vm, at);
  vm->enabled = enabled;
}

void LatencyLedger::give_up(Vm& vm, Cycle at, UndeliveredInterrupt::Outcome outcome) {
  std::uint64_t all = 0;
  for (const std::uint64_t some : vm.undelivered) all += some;
  ++vm.undelivered[static_cast<std::size_t>(outcome)];
  if (all >= kept_undelivered) return;
  undelivered_.push_back({vm.number, vm.deadline, at, outcome, vm.waits, vm.ran});
}

void LatencyLedger::finish(Cycle end) {
  for (Vm& vm : vms_) {
    count(vm, end);
    if (vm.delivered || vm.deadline >= end) continue;
    give_up(vm, end, UndeliveredInterrupt::Outcome::pending);
  }
}

void LatencyLedger::deadline_changed(unsigned number, Cycle at, Cycle deadline) {
  notice_deadlines(at);
  Vm* vm = find(number);
  if (vm == nullptr) return;
  count(*vm, at);
  if (!vm->delivered && vm->deadline < at) {
    give_up(*vm, at,
            deadline <= at ? UndeliveredInterrupt::Outcome::coalesced
                           : UndeliveredInterrupt::Outcome::cancelled);
  }
  const GuestState& state = view_.state(number);
  const Cycle reached = view_.clock().reached(state.mtimecmp, state.mtime_offset, Cycle(0));
  vm->deadline = deadline;
  vm->overdue = reached < deadline ? (deadline - reached).value : 0;
  vm->line = vm->trap = Cycle::never();
  vm->in_hypervisor = vm->busy = false;
  vm->waits = {};
  vm->ran.clear();
  vm->underway = 0;
  vm->delivered = false;
  account_.mark(number, deadline);
}

/// The hart's cycles between the trap and now.
void LatencyLedger::fill_delivery(const Vm& vm, LatencySample& sample) const {
  const CycleAccount::Moment from = vm.in_hypervisor ? account_.marked(vm.number) : vm.at_trap;
  const CycleAccount::Moment to = account_.now(vm.number);
  for (std::size_t i = 0; i < stage_count; ++i) sample.delivery[i] = to.stages[i] - from.stages[i];
  sample.delivery[index(DeliveryPart::guest)] = to.guest - from.guest;
  sample.delivery[index(DeliveryPart::others)] = to.other_guests - from.other_guests;
  sample.delivery[index(DeliveryPart::idle)] = to.idle - from.idle;
}

void LatencyLedger::interrupt_entered(const GuestInterrupt& interrupt) {
  notice_deadlines(interrupt.cycle);
  Vm* vm = find(interrupt.vm);
  if (vm == nullptr) return;
  count(*vm, interrupt.cycle);
  if (vm->handlers.size() == max_open_handlers) vm->handlers.erase(vm->handlers.begin());
  vm->handlers.emplace_back();
  Handler& handler = vm->handlers.back();
  handler.timer = interrupt.number == GuestState::mti;
  handler.sample = interrupt.expired && !vm->delivered;
  if (handler.timer) ++vm->deliveries;
  handler.partial.vm = interrupt.vm;
  handler.partial.deadline = vm->deadline;
  if (!handler.sample) return;
  handler.partial.overdue = vm->overdue;
  handler.partial.waits = vm->waits;
  handler.partial.ran = vm->ran;
  // The hypervisor completed its work and delivered.
  if (vm->busy) handler.partial.waits[wait_index(Wait::hypervisor)] += vm->underway;
  if (vm->trap != Cycle::never()) fill_delivery(*vm, handler.partial);
  // No line and no other trap came before: the guest's stimecmp, compared in the hart.
  if (platform_.arrangement.hart_comparator && vm->line == Cycle::never()) vm->line = vm->deadline;
  vm->delivered = vm->delivered || handler.timer;
  const Cycle entered = interrupt.cycle;
  const Cycle trap = std::min(vm->trap, entered);
  handler.stamps[index(Phase::line)] = std::min(vm->line, trap);
  handler.stamps[index(Phase::trap)] = trap;
  handler.stamps[index(Phase::deliver)] = entered;
}

void LatencyLedger::exception_entered(unsigned number, Cycle) {
  Vm* vm = find(number);
  if (vm == nullptr) return;
  if (vm->handlers.size() == max_open_handlers) vm->handlers.erase(vm->handlers.begin());
  vm->handlers.emplace_back();
}

void LatencyLedger::handler_started(unsigned number, Cycle at) {
  Handler* handler = innermost(number);
  if (handler == nullptr || handler->started) return;
  end_wait_for_handler(*find(number), at);
  handler->started = true;
  handler->stamps[index(Phase::handler)] = at;
  handler->stamps[index(Phase::rearm)] = at;
}

void LatencyLedger::cause_read(unsigned number, Cycle, std::uint64_t mcause) {
  Vm* vm = find(number);
  Handler* handler = innermost(number);
  if (handler == nullptr) return;
  const bool timer = mcause == (Trap::interrupt_bit | GuestState::mti);
  if (timer == handler->timer) return;
  handler->timer = timer;
  vm->deliveries += timer ? 1 : -std::uint64_t{1};
  if (handler->sample) vm->delivered = timer;
}

void LatencyLedger::timer_access(const GuestTimerAccess& access) {
  if (!access.store || access.reg != GuestTimerRegister::mtimecmp) return;
  Handler* handler = innermost(access.vm);
  if (handler != nullptr) handler->stamps[index(Phase::rearm)] = access.done;
}

void LatencyLedger::handler_returned(unsigned number, Cycle at) {
  Vm* vm = find(number);
  if (vm == nullptr || vm->handlers.empty()) return;
  Handler handler = vm->handlers.back();
  vm->handlers.pop_back();
  if (handler.timer && handler.sample && handler.started) complete(handler, at);
}

void LatencyLedger::complete(Handler& handler, Cycle at) {
  handler.stamps[index(Phase::ret)] = at;
  LatencySample sample = handler.partial;
  Cycle before = sample.deadline;
  for (std::size_t i = 0; i < phase_count; ++i) {
    const Cycle end = std::max(before, handler.stamps[i]);
    sample.phases[i] = (end - before).value;
    sample.total += sample.phases[i];
    before = end;
  }
  samples_.push_back(sample);
}

std::uint64_t LatencyLedger::delivered(unsigned number) const {
  for (const Vm& vm : vms_) {
    if (vm.number == number) return vm.deliveries;
  }
  return 0;
}

std::array<std::uint64_t, outcome_count> LatencyLedger::undelivered_count(unsigned number) const {
  for (const Vm& vm : vms_) {
    if (vm.number == number) return vm.undelivered;
  }
  return {};
}

Distribution distribution(std::vector<std::uint64_t> values) {
  Distribution result;
  result.count = values.size();
  if (values.empty()) return result;
  std::sort(values.begin(), values.end());
  // Nearest rank: the smallest value with at least this share of all at or below it.
  const auto rank = [&](std::size_t per_mille) {
    return values[(values.size() * per_mille + 999) / 1000 - 1];
  };
  result.min = values.front();
  result.median = rank(500);
  result.p99 = rank(990);
  result.p999 = rank(999);
  result.sum = std::accumulate(values.begin(), values.end(), std::uint64_t{0});
  result.max = values.back();
  return result;
}

}  // namespace cyclevisor
