#include "platform/observe/guest/vm_watch.hpp"

#include <algorithm>

#include "models/base/virt_map.hpp"
#include "models/mmu/pte.hpp"
#include "platform/observe/guest/timer_map.hpp"
#include "platform/observe/guest/trapped_instruction.hpp"

namespace cyclevisor {
namespace {

// satp and hgatp of RV64 (privileged specification, "Supervisor Address Translation and Protection"
// and "Hypervisor Guest Address Translation and Protection").
constexpr std::uint64_t asid_mask = 0xffff;
constexpr std::uint64_t vmid_mask = 0x3fff;

constexpr unsigned sole_vm = 1;

// The finisher's commands.
constexpr std::uint64_t command_mask = 0xffff;
constexpr std::uint64_t command_fail = 0x3333;
constexpr std::uint64_t command_pass = 0x5555;
constexpr std::uint64_t command_reset = 0x7777;

}  // namespace

VmWatch::VmWatch(const ObservedPlatform& platform)
    : platform_(platform), verdicts_(platform.vms.size()) {
  if (platform_.arrangement.identity == VmIdentity::sole) current_ = sole_vm;
}

void VmWatch::on(const Retire& event) {
  mode_ = event.mode;
  if (event.access.kind != MemoryAccess::Kind::store) return;
  const std::uint64_t offset = event.access.physical.value - virt::finisher_base;
  if (offset >= virt::finisher_bytes) return;
  // A firmware powers off because its guest asked for it.
  const bool monitor_may = platform_.arrangement.monitor == Monitor::firmware;
  if (const auto vm = monitor_may ? current_ : running()) {
    store(*vm, event.cycle, offset, event.access.bytes, event.access.value);
  }
}

void VmWatch::on(const Trap& event) {
  const Arrangement& arrangement = platform_.arrangement;
  const bool guest_traps = arrangement.device_access == DeviceAccess::traps &&
                           arrangement.is_guest(event.from) && current_ != 0;
  mode_ = event.to;
  if (!guest_traps || event.tval - virt::finisher_base >= virt::finisher_bytes) return;
  const TrappedInstruction wanted = trapped_instruction(event);
  if (wanted.kind != TrappedInstruction::Kind::store) return;
  store(current_, event.cycle, wanted.address - virt::finisher_base, wanted.bytes, wanted.value);
}

void VmWatch::on(const TrapReturn& event) { mode_ = event.to; }

void VmWatch::on(const AddressSpace& event) {
  const auto vm_in = [this](std::uint64_t atp, std::uint64_t mask) {
    if (atp::mode(atp) == atp::Mode::bare) return;  // the hypervisor's own
    current_ = static_cast<unsigned>((atp >> atp::asid_shift) & mask);
  };
  switch (platform_.arrangement.identity) {
    case VmIdentity::sole:
      break;
    case VmIdentity::asid:
      vm_in(event.satp, asid_mask);
      break;
    case VmIdentity::vmid:
      vm_in(event.hgatp, vmid_mask);
      break;
  }
}

void VmWatch::store(unsigned vm, Cycle cycle, std::uint64_t offset, unsigned bytes,
                    std::uint64_t value) {
  // The device takes accesses of 2 and more bytes to its one register.
  if (offset != 0 || bytes < 2) return;
  for (std::size_t i = 0; i < platform_.vms.size(); ++i) {
    if (platform_.vms[i].number != vm || verdicts_[i].kind != Verdict::Kind::none) continue;
    Verdict verdict;
    verdict.cycle = cycle;
    switch (value & command_mask) {
      case command_pass:
        verdict.kind = Verdict::Kind::pass;
        break;
      case command_fail:
        verdict.kind = Verdict::Kind::fail;
        verdict.code = static_cast<std::uint16_t>(value >> 16);
        break;
      case command_reset:
        verdict.kind = Verdict::Kind::reset;
        break;
      default:
        return;
    }
    verdicts_[i] = verdict;
  }
}

const Verdict& VmWatch::verdict(unsigned vm) const {
  static const Verdict unknown;
  for (std::size_t i = 0; i < platform_.vms.size(); ++i) {
    if (platform_.vms[i].number == vm) return verdicts_[i];
  }
  return unknown;
}

bool VmWatch::all_ended() const {
  return std::none_of(verdicts_.begin(), verdicts_.end(),
                      [](const Verdict& verdict) { return verdict.kind == Verdict::Kind::none; });
}

}  // namespace cyclevisor
