#include "platform/observe/guest/vm_watch.hpp"

#include <algorithm>

#include "platform/observe/guest/timer_map.hpp"
#include "platform/observe/guest/trapped_instruction.hpp"

namespace cyclevisor {
namespace {

// satp of RV64 (privileged specification, "Supervisor Address Translation and Protection").
constexpr unsigned satp_mode_shift = 60;
constexpr unsigned satp_asid_shift = 44;
constexpr std::uint64_t satp_asid_mask = 0xffff;

constexpr unsigned native_vm = 1;

// The finisher's commands.
constexpr std::uint64_t command_mask = 0xffff;
constexpr std::uint64_t command_fail = 0x3333;
constexpr std::uint64_t command_pass = 0x5555;
constexpr std::uint64_t command_reset = 0x7777;

}  // namespace

VmWatch::VmWatch(const ObservedPlatform& platform)
    : platform_(platform), verdicts_(platform.vms.size()) {
  if (platform_.strategy != ObservedPlatform::Strategy::trap) current_ = native_vm;
}

void VmWatch::on(const Retire& event) {
  mode_ = event.mode;
  if (event.access.kind != MemoryAccess::Kind::store) return;
  const std::uint64_t offset = event.access.physical.value - finisher_page;
  if (offset >= finisher_page_bytes) return;
  // A firmware powers off because its guest asked for it.
  const bool firmware = platform_.strategy == ObservedPlatform::Strategy::firmware;
  if (const auto vm = firmware ? current_ : running()) {
    store(*vm, event.cycle, offset, event.access.bytes, event.access.value);
  }
}

void VmWatch::on(const Trap& event) {
  const bool guest_traps = platform_.strategy == ObservedPlatform::Strategy::trap &&
                           event.from == PrivilegeMode::user && current_ != 0;
  mode_ = event.to;
  if (!guest_traps || event.tval - finisher_page >= finisher_page_bytes) return;
  const TrappedInstruction wanted = trapped_instruction(event);
  if (wanted.kind != TrappedInstruction::Kind::store) return;
  store(current_, event.cycle, wanted.address - finisher_page, wanted.bytes, wanted.value);
}

void VmWatch::on(const TrapReturn& event) { mode_ = event.to; }

void VmWatch::on(const AddressSpace& event) {
  if (platform_.strategy != ObservedPlatform::Strategy::trap) return;
  if ((event.satp >> satp_mode_shift) == 0) return;  // Bare: the hypervisor's own
  current_ = static_cast<unsigned>((event.satp >> satp_asid_shift) & satp_asid_mask);
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
