#include "platform/observe/checks/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cyclevisor {

OracleBounds OracleBounds::waiting(std::uint64_t memory_wait) const {
  constexpr std::uint64_t instructions_of_a_passage = 10'000;
  OracleBounds bounds = *this;
  bounds.unnoticed += memory_wait;
  bounds.overwritten += memory_wait;
  bounds.answer += instructions_of_a_passage * memory_wait;
  return bounds;
}

Oracle::Oracle(const ObservedPlatform& platform, const VmWatch& watch, GuestView& view,
               OracleBounds bounds)
    : platform_(platform),
      watch_(watch),
      view_(view),
      bounds_(bounds.waiting(platform.memory_wait)) {
  for (const ObservedVm& observed : platform.vms) {
    Vm vm;
    vm.number = observed.number;
    vm.first = observed.partition;
    vm.bytes = observed.partition_bytes;
    vm.runs = !platform.arrangement.monitored();
    vms_.push_back(vm);
  }
  current_ = find(watch.current());
  view.attach(*this);
}

Oracle::Vm* Oracle::find(unsigned number) {
  for (Vm& vm : vms_) {
    if (vm.number == number) return &vm;
  }
  return nullptr;
}

void Oracle::report(Violation violation) {
  ++violation_count_;
  const auto same = [&](const Violation& other) {
    return other.rule == violation.rule && other.vm == violation.vm;
  };
  const auto kept = std::count_if(violations_.begin(), violations_.end(), same);
  if (static_cast<std::size_t>(kept) < kept_per_rule) violations_.push_back(std::move(violation));
}

// --- no-access-outside-partition ---------------------------------------------------------------

void Oracle::on(const AddressSpace&) { current_ = find(watch_.current()); }

inline bool Oracle::owns(const Vm& vm, PhysicalAddress physical, unsigned bytes) {
  const std::uint64_t offset = physical - vm.first;
  return offset < vm.bytes && bytes <= vm.bytes - offset;
}

inline void Oracle::check_instruction(const Vm& vm, const Retire& event) {
  // 2 bytes: the rest of a longer instruction may be on another page.
  if (!owns(vm, event.physical_pc, 2)) {
    report_stray(vm, event.cycle, event.pc, event.physical_pc, 2, "fetch");
  }
  const MemoryAccess& access = event.access;
  if (access.kind == MemoryAccess::Kind::none || owns(vm, access.physical, access.bytes)) return;
  report_stray(vm, event.cycle, access.address, access.physical, access.bytes,
               access.kind == MemoryAccess::Kind::load ? "load" : "store");
}

void Oracle::report_stray(const Vm& vm, Cycle cycle, VirtualAddress address,
                          PhysicalAddress physical, unsigned bytes, const char* what) {
  report({"no-access-outside-partition", cycle, vm.number,
          fmt::format("{} of {} bytes at {:#x} reached physical address {:#x}, outside {:#x} + "
                      "{:#x}",
                      what, bytes, address.value, physical.value, vm.first.value, vm.bytes)});
}

void Oracle::on(const Retire& event) {
  const Arrangement& arrangement = platform_.arrangement;
  if (!arrangement.is_guest(event.mode) || current_ == nullptr) return;
  if (!arrangement.hypervised()) return;
  check_instruction(*current_, event);
}

void Oracle::on_plain(RetireSpan events) {
  const Arrangement& arrangement = platform_.arrangement;
  if (!arrangement.is_guest(events.front().mode) || current_ == nullptr) return;
  if (!arrangement.hypervised()) return;
  for (const Retire& event : events) check_instruction(*current_, event);
}

// --- no-lost-interrupt -------------------------------------------------------------------------

/// Counts `exposed` up to `now`. Its conditions have not changed since the last call.
void Oracle::count(Vm& vm, Cycle now) {
  const bool pending = (vm.enabled || vm.wakeable) && vm.deadline <= now;
  if (pending && vm.runs) {
    const Cycle from = std::max(vm.counted, vm.deadline);
    if (from < now) vm.exposed += (now - from).value;
  }
  if (pending && vm.owed_since == Cycle::never()) {
    vm.owed_since = std::max(vm.counted, vm.deadline);
  }
  vm.counted = now;
}

/// The hart does not leave a device access for an interrupt.
void Oracle::on(const BusTransfer& event) {
  if (current_ == nullptr || !current_->runs) return;
  const Cycle from = std::max(event.cycle, current_->deadline);
  if (current_->enabled && from < event.end) current_->excused += (event.end - from).value;
}

/// docs/hypervisor.md, "Scheduling, and the bound on interrupt delay": 2 (N-1) (S + W). In
/// addition the deadline may pass during one passage through the hypervisor, and need another.
std::uint64_t Oracle::delivery_bound(Cycle now) const {
  std::uint64_t passage = longest_answer_;
  if (trapped_ < now) passage = std::max(passage, (now - trapped_).value);
  const std::uint64_t own = bounds_.unnoticed + 2 * passage;
  if (!platform_.arrangement.hypervised()) return own;
  const std::uint64_t slice = platform_.slice * platform_.prescale;
  return 2 * (vms_.size() - 1) * (slice + passage) + own;
}

/// Reports the guest's interrupt when it is overdue.
void Oracle::settle(Vm& vm, Cycle now) {
  count(vm, now);
  const Verdict& verdict = watch_.verdict(vm.number);
  const bool ended = verdict.kind != Verdict::Kind::none && verdict.cycle < now;
  if (vm.reported || ended) return;
  if (unexcused(vm) > bounds_.unnoticed) {
    vm.reported = true;
    report(
        {"no-lost-interrupt", now, vm.number,
         fmt::format("pending and enabled since cycle {}, the guest ran {} cycles, not delivered",
                     vm.owed_since.value, vm.exposed)});
    return;
  }
  if (vm.owed_since == Cycle::never() || !(vm.enabled || vm.wakeable)) return;
  const std::uint64_t waited = (now - vm.owed_since).value;
  if (waited <= delivery_bound(now) + vm.excused) return;
  vm.reported = true;
  report({"delivered-within-bound", now, vm.number,
          fmt::format("pending and enabled since cycle {}, not delivered in {} cycles; the bound "
                      "is {}",
                      vm.owed_since.value, waited, delivery_bound(now))});
}

// --- trap-answered -------------------------------------------------------------------------------

/// The passage through the hypervisor ends, or has lasted until `now`.
void Oracle::answered(Cycle now) {
  if (trapped_ == Cycle::never() || now < trapped_) return;
  const std::uint64_t passage = (now - trapped_).value;
  longest_answer_ = std::max(longest_answer_, passage);
  if (passage > bounds_.answer) {
    report({"trap-answered", now, watch_.current(),
            fmt::format("the trap of cycle {} was not answered in {} cycles", trapped_.value,
                        passage)});
  }
  trapped_ = Cycle::never();
}

void Oracle::on(const Idle& event) {
  if (trapped_ == Cycle::never()) return;  // the guest's own
  answered(event.cycle);
  trapped_ = event.until;
}

void Oracle::on(const Trap& event) {
  if (platform_.arrangement.is_guest(event.to)) {
    for (Vm& vm : vms_) settle(vm, event.cycle);
    return;
  }
  if (!platform_.arrangement.is_guest(event.from) || current_ == nullptr) return;
  trapped_ = event.cycle;
  settle(*current_, event.cycle);
  current_->runs = false;
}

void Oracle::on(const TrapReturn& event) {
  if (!platform_.arrangement.monitored()) return;
  if (!platform_.arrangement.is_guest(event.to) || current_ == nullptr) return;
  answered(event.cycle);
  settle(*current_, event.cycle);
  current_->runs = true;
}

void Oracle::timer_enable_changed(unsigned number, Cycle at, bool enabled) {
  Vm* vm = find(number);
  if (vm == nullptr) return;
  settle(*vm, at);
  vm->enabled = enabled;
  vm->owed_since = enabled && vm->deadline <= at ? at : Cycle::never();
}

/// wfi: a pending and locally enabled interrupt ends it (privileged specification, "Wait for
/// Interrupt").
void Oracle::sleep_changed(unsigned number, Cycle at, bool asleep) {
  Vm* vm = find(number);
  if (vm == nullptr) return;
  settle(*vm, at);
  vm->wakeable = asleep && ((view_.state(number).enables >> GuestState::mti) & 1) != 0;
  if (!vm->enabled) {
    vm->owed_since = vm->wakeable && vm->deadline <= at ? at : Cycle::never();
  }
}

void Oracle::deadline_changed(unsigned number, Cycle at, Cycle deadline) {
  Vm* vm = find(number);
  if (vm == nullptr) return;
  settle(*vm, at);
  if (unexcused(*vm) > bounds_.overwritten && !vm->reported) {
    report({"no-lost-interrupt", at, number,
            fmt::format("pending and enabled since cycle {}, the guest ran {} cycles and then "
                        "stored mtimecmp, not delivered",
                        vm->owed_since.value, vm->exposed)});
  }
  vm->deadline = deadline;
  vm->exposed = vm->excused = 0;
  vm->reported = false;
  vm->owed_since = vm->enabled && deadline <= at ? at : Cycle::never();
}

void Oracle::finish(Cycle end, RunEnd how) {
  for (Vm& vm : vms_) {
    settle(vm, end);
    if (how == RunEnd::deadlock) check_end(vm, end);
  }
  if (!watch_.all_ended() && how != RunEnd::deadlock) answered(end);
}

/// Nothing happens after `end`: what is owed then, or would be later, stays owed.
void Oracle::check_end(Vm& vm, Cycle end) {
  if (vm.reported || watch_.verdict(vm.number).kind != Verdict::Kind::none) return;
  if (vm.deadline == Cycle::never() || !(vm.enabled || vm.wakeable)) return;
  report({"no-lost-interrupt", end, vm.number,
          fmt::format("its deadline is cycle {}, and nothing will ever wake the hart",
                      vm.deadline.value)});
}

// --- no-early-interrupt, no-spurious-interrupt ---------------------------------------------------

void Oracle::interrupt_entered(const GuestInterrupt& interrupt) {
  Vm* vm = find(interrupt.vm);
  if (vm == nullptr) return;
  confirm(*vm);
  settle(*vm, interrupt.cycle);
  vm->exposed = vm->excused = 0;
  vm->owed_since = Cycle::never();
  vm->reported = false;
  if (interrupt.expired) return;
  // Only the guest's own read of mcause proves that it was the timer.
  vm->suspect = true;
  vm->suspect_timer = interrupt.number == GuestState::mti;
  const bool armed = interrupt.deadline != Cycle::never();
  vm->suspicion = {
      armed ? "no-early-interrupt" : "no-spurious-interrupt", interrupt.cycle, interrupt.vm,
      armed ? fmt::format("timer interrupt {} cycles before the deadline {}",
                          (interrupt.deadline - interrupt.cycle).value, interrupt.deadline.value)
            : "timer interrupt while mtimecmp is out of reach"};
}

void Oracle::confirm(Vm& vm) {
  if (vm.suspect && vm.suspect_timer) report(vm.suspicion);
  vm.suspect = false;
}

void Oracle::cause_read(unsigned number, Cycle, std::uint64_t mcause) {
  Vm* vm = find(number);
  if (vm == nullptr || !vm->suspect) return;
  vm->suspect_timer = mcause == (Trap::interrupt_bit | GuestState::mti);
  confirm(*vm);
}

void Oracle::handler_returned(unsigned number, Cycle) {
  Vm* vm = find(number);
  if (vm != nullptr) confirm(*vm);
}

// --- mtimecmp-reads-back, mtime-monotonic, mtime-follows-clock -----------------------------------

void Oracle::timer_access(const GuestTimerAccess& access) {
  Vm* vm = find(access.vm);
  if (vm == nullptr) return;
  if (access.store) {
    // A guest that sets its own mtime may set it back.
    if (access.reg == GuestTimerRegister::mtime) vm->last_mtime.reset();
    return;
  }
  if (access.reg != GuestTimerRegister::mtimecmp || !access.writes_rd) return;
  if (access.value == access.expected) return;
  report({"mtimecmp-reads-back", access.done, access.vm,
          fmt::format("{} bytes at offset {} read {:#x}, the guest had stored {:#x}", access.bytes,
                      access.offset, access.value, access.expected)});
}

void Oracle::time_read(const GuestTimeRead& read) {
  Vm* vm = find(read.vm);
  if (vm == nullptr) return;
  const bool whole = read.offset == 0 && read.bytes == 8;
  if (whole) {
    // A 64-bit counter that wraps goes on from 0.
    if (vm->last_mtime && static_cast<std::int64_t>(read.value - *vm->last_mtime) < 0) {
      report({"mtime-monotonic", read.done, read.vm,
              fmt::format("read {:#x} after {:#x}", read.value, *vm->last_mtime)});
    }
    vm->last_mtime = read.value;
  }
  const unsigned shift = 8 * read.offset;
  const std::uint64_t first = read.first >> shift;
  const std::uint64_t span = (read.last >> shift) - first;
  if (low_bytes(read.value - first, read.bytes) <= span) return;
  report({"mtime-follows-clock", read.done, read.vm,
          fmt::format("{} bytes at offset {} read {:#x}; the guest's mtime went from {:#x} to "
                      "{:#x} meanwhile",
                      read.bytes, read.offset, read.value, read.first, read.last)});
}

}  // namespace cyclevisor
