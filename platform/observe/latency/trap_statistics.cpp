#include "platform/observe/latency/trap_statistics.hpp"

#include <array>

namespace cyclevisor {
namespace {

// Privileged specification, "Machine Cause Register".
constexpr std::array<const char*, 24> exceptions = {
    "instruction address misaligned",
    "instruction access fault",
    "illegal instruction",
    "breakpoint",
    "load address misaligned",
    "load access fault",
    "store/AMO address misaligned",
    "store/AMO access fault",
    "environment call from U-mode",
    "environment call from S-mode",
    "environment call from VS-mode",
    "environment call from M-mode",
    "instruction page fault",
    "load page fault",
    nullptr,
    "store/AMO page fault",
    "double trap",
    nullptr,
    "software check",
    "hardware error",
    "instruction guest-page fault",
    "load guest-page fault",
    "virtual instruction",
    "store/AMO guest-page fault",
};
constexpr std::array<const char*, 14> interrupts = {
    nullptr,
    "supervisor software interrupt",
    "virtual supervisor software interrupt",
    "machine software interrupt",
    nullptr,
    "supervisor timer interrupt",
    "virtual supervisor timer interrupt",
    "machine timer interrupt",
    nullptr,
    "supervisor external interrupt",
    "virtual supervisor external interrupt",
    "machine external interrupt",
    "supervisor guest external interrupt",
    "counter overflow interrupt",
};

}  // namespace

std::string cause_name(std::uint64_t mcause) {
  const bool interrupt = (mcause & Trap::interrupt_bit) != 0;
  const std::uint64_t number = mcause & ~Trap::interrupt_bit;
  const char* known = nullptr;
  if (interrupt && number < interrupts.size()) known = interrupts[number];
  if (!interrupt && number < exceptions.size()) known = exceptions[number];
  if (known != nullptr) return known;
  return (interrupt ? "interrupt " : "exception ") + std::to_string(number);
}

std::uint64_t TrapStatistics::Vm::trap_count() const {
  std::uint64_t sum = 0;
  for (const auto& [cause, count] : traps) sum += count;
  return sum;
}

TrapStatistics::TrapStatistics(const ObservedPlatform& platform, const VmWatch& watch)
    : platform_(platform), watch_(watch) {
  for (const ObservedVm& vm : platform.vms) {
    vms_.emplace_back();
    vms_.back().number = vm.number;
  }
}

TrapStatistics::Vm* TrapStatistics::vm(unsigned number) {
  for (Vm& vm : vms_) {
    if (vm.number == number) return &vm;
  }
  return nullptr;
}

const TrapStatistics::Vm* TrapStatistics::find(unsigned number) const {
  for (const Vm& vm : vms_) {
    if (vm.number == number) return &vm;
  }
  return nullptr;
}

std::uint64_t TrapStatistics::world_switches() const {
  std::uint64_t sum = 0;
  for (const Vm& vm : vms_) sum += vm.world_switches;
  return sum;
}

void TrapStatistics::on(const Trap& event) {
  Vm* owner = vm(watch_.current());
  if (owner == nullptr) return;
  // A hypervisor's own traps are no guest's.
  const Arrangement& arrangement = platform_.arrangement;
  if (arrangement.hypervised() && !arrangement.is_guest(event.from)) return;
  ++owner->traps[event.cause];
}

void TrapStatistics::on(const TrapReturn& event) {
  const Arrangement& arrangement = platform_.arrangement;
  if (!arrangement.hypervised() || !arrangement.enters_guest(event)) return;
  const unsigned current = watch_.current();
  Vm* entered = vm(current);
  if (entered != nullptr && entered_ != 0 && entered_ != current) ++entered->world_switches;
  entered_ = current;
}

}  // namespace cyclevisor
