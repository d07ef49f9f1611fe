#include "platform/observe/latency_ledger.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

namespace cyclevisor {
namespace {

constexpr std::size_t index(Phase phase) { return static_cast<std::size_t>(phase); }

// A guest that never returns from its handlers must not make the list grow for ever.
constexpr std::size_t max_open_handlers = 64;

}  // namespace

LatencyLedger::LatencyLedger(const ObservedPlatform& platform, GuestView& view)
    : platform_(platform) {
  for (const ObservedVm& vm : platform.vms) {
    vms_.emplace_back();
    vms_.back().number = vm.number;
  }
  guest_runs_ = platform.strategy == ObservedPlatform::Strategy::native;
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

/// Marks the deadlines that passed before anything at `now` happened, when nothing had to rise.
void LatencyLedger::notice_deadlines(Cycle now) {
  for (Vm& vm : vms_) {
    if (vm.deadline > now || vm.line != Cycle::never()) continue;
    if (!guest_runs_) {
      vm.line = vm.trap = vm.deadline;
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
    if (vm.deadline <= event.cycle && vm.line == Cycle::never()) vm.line = event.cycle;
  }
}

void LatencyLedger::on(const Trap& event) {
  notice_deadlines(event.cycle);
  const bool native = platform_.strategy == ObservedPlatform::Strategy::native;
  // Natively only the timer interrupt itself is the trap that is waited for.
  if (native && !(event.is_interrupt() && event.number() == GuestState::mti)) return;
  if (!native) {
    if (event.from != PrivilegeMode::user) return;
    guest_runs_ = false;
  }
  for (Vm& vm : vms_) {
    if (vm.deadline > event.cycle) continue;
    if (vm.line == Cycle::never()) vm.line = event.cycle;
    if (vm.trap == Cycle::never()) vm.trap = event.cycle;
  }
}

void LatencyLedger::on(const TrapReturn& event) {
  if (platform_.strategy == ObservedPlatform::Strategy::native) return;
  notice_deadlines(event.cycle);
  if (event.to == PrivilegeMode::user) guest_runs_ = true;
}

void LatencyLedger::deadline_changed(unsigned number, Cycle at, Cycle deadline) {
  notice_deadlines(at);
  Vm* vm = find(number);
  if (vm == nullptr) return;
  vm->deadline = deadline;
  vm->line = vm->trap = Cycle::never();
  vm->delivered = false;
}

void LatencyLedger::interrupt_entered(const GuestInterrupt& interrupt) {
  notice_deadlines(interrupt.cycle);
  Vm* vm = find(interrupt.vm);
  if (vm == nullptr) return;
  if (vm->handlers.size() == max_open_handlers) vm->handlers.erase(vm->handlers.begin());
  vm->handlers.emplace_back();
  Handler& handler = vm->handlers.back();
  handler.timer = interrupt.number == GuestState::mti;
  handler.sample = interrupt.expired && !vm->delivered;
  if (handler.timer) ++vm->deliveries;
  handler.partial.vm = interrupt.vm;
  handler.partial.deadline = vm->deadline;
  if (!handler.sample) return;
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

void LatencyLedger::handler_started(unsigned vm, Cycle at) {
  Handler* handler = innermost(vm);
  if (handler == nullptr || handler->started) return;
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
  if (handler.timer && handler.sample && handler.started) finish(handler, at);
}

void LatencyLedger::finish(Handler& handler, Cycle at) {
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

void LatencyLedger::write_json(std::ostream& out) const {
  using nlohmann::ordered_json;
  ordered_json vms = ordered_json::array();
  for (const ObservedVm& vm : platform_.vms) {
    vms.push_back({{"number", vm.number}, {"name", vm.name}});
  }
  out << "{\n  \"unit\": \"cycles\",\n  \"clock_hz\": " << platform_.clock_hz
      << ",\n  \"vms\": " << vms.dump() << ",\n  \"samples\": [";
  const char* separator = "\n    ";
  for (const LatencySample& sample : samples_) {
    ordered_json phases;
    for (std::size_t i = 0; i < phase_count; ++i) phases[phase_names[i]] = sample.phases[i];
    const ObservedVm* vm = platform_.find(sample.vm);
    const ordered_json line = {{"vm", vm == nullptr ? std::string() : vm->name},
                               {"deadline", sample.deadline.value},
                               {"phases", phases},
                               {"total", sample.total}};
    out << separator << line.dump();
    separator = ",\n    ";
  }
  out << (samples_.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

Distribution distribution(std::vector<std::uint64_t> values) {
  Distribution result;
  result.count = values.size();
  if (values.empty()) return result;
  std::sort(values.begin(), values.end());
  // Nearest rank: the smallest value with at least this share of all at or below it.
  const auto rank = [&](std::size_t percent) {
    return values[(values.size() * percent + 99) / 100 - 1];
  };
  result.min = values.front();
  result.median = rank(50);
  result.p99 = rank(99);
  result.max = values.back();
  return result;
}

}  // namespace cyclevisor
