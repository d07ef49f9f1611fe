#include "platform/observe/latency/cycle_account.hpp"

#include <algorithm>
#include <numeric>

namespace cyclevisor {

std::uint64_t CycleAccount::Vm::hypervisor_cycles() const {
  return std::accumulate(hypervisor.begin(), hypervisor.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

CycleAccount::CycleAccount(const ObservedPlatform& platform, const VmWatch& watch)
    : platform_(platform),
      watch_(watch),
      map_(platform.stages),
      vms_(platform.vms.size()),
      marks_(platform.vms.size()) {
  for (std::size_t i = 0; i < vms_.size(); ++i) vms_[i].number = platform.vms[i].number;
  totals_.guests.resize(vms_.size());
  at_trap_ = totals_;
  if (!platform.arrangement.monitored()) {
    guest_ = index(watch.current());
    in_guest_ = booted_ = true;
  }
}

std::size_t CycleAccount::index(unsigned number) const {
  std::size_t i = 0;
  while (i < vms_.size() && vms_[i].number != number) ++i;
  return i;
}

const CycleAccount::Vm* CycleAccount::find(unsigned number) const {
  const std::size_t i = index(number);
  return i < vms_.size() ? &vms_[i] : nullptr;
}

inline std::uint64_t CycleAccount::spend(Cycle until, std::uint64_t& bucket) {
  if (until <= since_) return 0;
  const std::uint64_t cycles = (until - since_).value;
  if (next_mark_ <= until) pass_marks(until, bucket);
  bucket += (until - since_).value;
  since_ = until;
  return cycles;
}

void CycleAccount::pass_marks(Cycle until, std::uint64_t& bucket) {
  while (next_mark_ <= until) {
    bucket += (next_mark_ - since_).value;
    since_ = next_mark_;
    for (Mark& mark : marks_) {
      if (mark.at != since_) continue;
      mark.at = Cycle::never();
      mark.totals = totals_;
    }
    find_next_mark();
  }
}

void CycleAccount::spend_in_guest(Cycle until) {
  if (guest_ == vms_.size()) return;
  vms_[guest_].guest += spend(until, totals_.guests[guest_]);
}

void CycleAccount::spend_in_hypervisor(Cycle until) {
  const auto stage = static_cast<std::size_t>(stage_);
  const std::uint64_t cycles = spend(until, totals_.stages[stage]);
  work_ += cycles;
  if (booted_) stages_[stage] += cycles;
}

/// Up to the instruction that retired last. The cycles of a stage are counted when it ends.
void CycleAccount::settle() {
  if (!in_guest_) spend_in_hypervisor(retired_);
}

inline void CycleAccount::retire(HypervisorStage stage, Cycle at) {
  if (stage != stage_) {
    spend_in_hypervisor(retired_);
    stage_ = stage;
  }
  retired_ = at;
}

void CycleAccount::on(const Retire& event) {
  if (!in_guest_) retire(map_.at(event.pc), event.cycle);
}

void CycleAccount::on_plain(RetireSpan events) {
  if (in_guest_) return;
  for (const Retire& event : events) retire(map_.at(event.pc), event.cycle);
}

void CycleAccount::on_region_visits(Span<RegionVisit> visits) {
  if (in_guest_) return;
  for (const RegionVisit& visit : visits)
    retire(static_cast<HypervisorStage>(visit.region), visit.until);
}

void CycleAccount::on(const Trap& event) {
  // A trap within the hypervisor is its own work.
  if (!in_guest_) return;
  spend_in_guest(event.cycle);
  // To a vector of the guest's own.
  if (watch_.running()) return;
  in_guest_ = false;
  retired_ = event.cycle;
  cause_ = event.cause;
  work_ = 0;
  trapped_ = event.cycle;
  at_trap_ = totals_;
}

void CycleAccount::on(const TrapReturn& event) {
  if (in_guest_ || !watch_.running()) return;
  spend_in_hypervisor(event.cycle);
  const std::size_t entered = index(watch_.current());
  if (!booted_ || entered == vms_.size()) {
    boot_ += work_;
  } else if (entered == guest_) {
    vms_[entered].hypervisor[cause_] += work_;
  } else {
    vms_[entered].world_switch += work_;
  }
  work_ = 0;
  booted_ = in_guest_ = true;
  guest_ = entered;
}

void CycleAccount::on(const Idle& event) {
  if (in_guest_) {
    spend_in_guest(event.cycle);
  } else {
    spend_in_hypervisor(event.cycle);
  }
  idle_ += spend(event.until, totals_.idle);
}

void CycleAccount::finish(Cycle end) {
  if (in_guest_) {
    spend_in_guest(end);
    return;
  }
  spend_in_hypervisor(end);
  if (!booted_ || guest_ == vms_.size()) {
    boot_ += work_;
  } else {
    vms_[guest_].hypervisor[cause_] += work_;
  }
}

// --- Moments -----------------------------------------------------------------------------------

CycleAccount::Moment CycleAccount::seen_by(unsigned vm, const Totals& totals) const {
  Moment moment;
  moment.stages = totals.stages;
  moment.idle = totals.idle;
  const std::size_t own = index(vm);
  for (std::size_t i = 0; i < totals.guests.size(); ++i) {
    (i == own ? moment.guest : moment.other_guests) += totals.guests[i];
  }
  return moment;
}

CycleAccount::Moment CycleAccount::now(unsigned vm) {
  settle();
  return seen_by(vm, totals_);
}

void CycleAccount::mark(unsigned vm, Cycle at) {
  settle();
  const std::size_t i = index(vm);
  if (i == marks_.size()) return;
  Mark& mark = marks_[i];
  mark.at = Cycle::never();
  if (at > since_) {
    mark.at = at;
  } else {
    mark.totals = at == trapped_ && !in_guest_ ? at_trap_ : totals_;
  }
  find_next_mark();
}

CycleAccount::Moment CycleAccount::marked(unsigned vm) {
  settle();
  const std::size_t i = index(vm);
  return i < marks_.size() ? seen_by(vm, marks_[i].totals) : Moment{};
}

void CycleAccount::find_next_mark() {
  next_mark_ = Cycle::never();
  for (const Mark& mark : marks_) next_mark_ = std::min(next_mark_, mark.at);
}

}  // namespace cyclevisor
