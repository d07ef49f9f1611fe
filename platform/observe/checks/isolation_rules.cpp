#include "platform/observe/checks/isolation_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/base/virt_map.hpp"
#include "platform/observe/guest/trapped_instruction.hpp"

namespace cyclevisor {
namespace {

// The UART of a VM's machine and its registers (PC16550D).
constexpr std::uint64_t transmitter_holding = 0;
constexpr std::uint64_t line_control = 3;
constexpr std::uint64_t modem_control = 4;
constexpr std::uint64_t divisor_latch_access = 0x80;
constexpr std::uint64_t loopback = 0x10;

}  // namespace

IsolationRules::IsolationRules(const ObservedPlatform& platform, const VmWatch& watch,
                               GuestView& view, Oracle& oracle)
    : arrangement_(platform.arrangement),
      checked_(arrangement_.hypervised()),
      watch_(watch),
      oracle_(oracle) {
  for (const ObservedVm& observed : platform.vms) {
    Vm vm;
    vm.number = observed.number;
    vm.partition = observed.partition;
    vm.partition_bytes = observed.partition_bytes;
    vm.console = observed.console;
    vm.disk = observed.disk;
    vms_.push_back(std::move(vm));
  }
  if (checked_) view.attach(*this);
}

IsolationRules::Vm* IsolationRules::find(unsigned number) {
  for (Vm& vm : vms_) {
    if (vm.number == number) return &vm;
  }
  return nullptr;
}

// --- no-guest-memory-change, guest-progress ------------------------------------------------------

void IsolationRules::on(const Retire& event) {
  if (!checked_) return;
  if (arrangement_.is_guest(event.mode)) {
    guest_progresses();
  } else {
    check_store(event);
  }
}

void IsolationRules::on_plain(RetireSpan events) {
  if (!checked_) return;
  if (arrangement_.is_guest(events.front().mode)) {
    guest_progresses();
  } else {
    for (const Retire& event : events) check_store(event);
  }
}

// --- dma-inside-partition ------------------------------------------------------------------------

/// The disk of a VM reaches this VM's partition only; what the hypervisor keeps for it, it only
/// reads. Other masters reach no VM.
void IsolationRules::on(const MasterTransfer& event) {
  if (!checked_ || event.error || event.bytes == 0) return;
  const std::uint64_t first = event.address.value;
  const std::uint64_t last = first + event.bytes - 1;
  for (const Vm& vm : vms_) {
    const std::uint64_t partition = vm.partition.value;
    const std::uint64_t partition_last = partition + vm.partition_bytes - 1;
    const bool touches = first <= partition_last && partition <= last;
    const bool inside = partition <= first && last <= partition_last;
    const bool own = vm.disk == event.master;
    if (own ? inside || (!touches && !event.write) : !touches) continue;
    oracle_.report({"dma-inside-partition", event.cycle, vm.number,
                    fmt::format("bus master {} {} {} bytes at physical address {:#x}: {}",
                                event.master, event.write ? "wrote" : "read", event.bytes, first,
                                own ? "the VM's disk left its partition"
                                    : "it is not the disk of the VM that has this memory")});
  }
}

void IsolationRules::guest_progresses() {
  if (!entered_) return;
  entered_ = false;
  if (Vm* vm = find(watch_.current())) vm->fruitless = 0;
}

inline void IsolationRules::check_store(const Retire& event) {
  const bool changes = event.access.kind == MemoryAccess::Kind::store ||
                       event.access.kind == MemoryAccess::Kind::amo;
  if (!changes) return;
  // A VM's disk writes to its DRAM itself, so no guest request is a store of the hypervisor.
  for (const Vm& vm : vms_) {
    if (event.access.physical - vm.partition >= vm.partition_bytes) continue;
    oracle_.report({"no-guest-memory-change", event.cycle, vm.number,
                    fmt::format("the hypervisor's store at {:#x} changed physical address {:#x}",
                                event.pc.value, event.access.physical.value)});
  }
}

void IsolationRules::on(const TrapReturn& event) {
  if (checked_ && arrangement_.enters_guest(event)) entered_ = true;
}

void IsolationRules::on(const Trap& event) {
  if (!checked_ || !arrangement_.leaves_guest(event)) return;
  Vm* vm = find(watch_.current());
  if (vm == nullptr) return;
  vm->sent.clear();
  vm->transmitted = 0;
  vm->uart_after = vm->uart;
  if (entered_ && event.is_interrupt()) {
    if (++vm->fruitless == entries_without_progress) {
      oracle_.report({"guest-progress", event.cycle, vm->number,
                      fmt::format("interrupted {} times in a row before its instruction at {:#x}",
                                  vm->fruitless, event.epc.value)});
    }
  } else {
    vm->fruitless = 0;
  }
  entered_ = false;
  const TrappedInstruction wanted = trapped_instruction(event);
  const std::uint64_t first = wanted.address - virt::uart_base(0);
  if (wanted.kind != TrappedInstruction::Kind::store || first >= virt::uart_registers) return;
  for (unsigned i = 0; i < wanted.bytes; ++i) {
    store_uart(*vm, first + i, static_cast<std::uint8_t>(wanted.value >> 8 * i));
  }
}

// --- console-isolation ---------------------------------------------------------------------------

void IsolationRules::store_uart(Vm& vm, std::uint64_t offset, std::uint8_t value) {
  UartControl& uart = vm.uart_after;
  if (offset == line_control) uart.line = value;
  if (offset == modem_control) uart.modem = value;
  const bool transmits = offset == transmitter_holding && (uart.line & divisor_latch_access) == 0 &&
                         (uart.modem & loopback) == 0;
  if (transmits) vm.sent.push_back(value);
}

IsolationRules::Vm* IsolationRules::owner_of_console(PhysicalAddress address) {
  for (Vm& vm : vms_) {
    if (vm.console != PhysicalAddress(0) && vm.console == address) return &vm;
  }
  return nullptr;
}

void IsolationRules::on(const BusTransfer& event) {
  if (!checked_ || !event.write || event.error) return;
  Vm* owner = owner_of_console(event.address);  // THR is the UART's first register
  if (owner == nullptr) return;
  const auto character = static_cast<std::uint8_t>(event.data);
  const auto sent = std::find(owner->sent.begin(), owner->sent.end(), character);
  if (watch_.current() == owner->number && sent != owner->sent.end()) {
    owner->sent.erase(sent);
    ++owner->transmitted;
    return;
  }
  oracle_.report({"console-isolation", event.cycle, owner->number,
                  fmt::format("its UART transmits {:#04x}, which it has not written (VM {} is "
                              "served)",
                              character, watch_.current())});
}

/// A store that is refused has no effect.
void IsolationRules::settle_uart(const GuestResume& resume) {
  Vm* vm = find(resume.vm);
  if (vm == nullptr) return;
  if (resume.executed) {
    vm->uart = vm->uart_after;
  } else if (vm->transmitted != 0) {
    oracle_.report({"console-isolation", resume.cycle, vm->number,
                    fmt::format("its UART transmitted what the store that trapped in cycle {} "
                                "asked for, but the store was refused",
                                resume.trapped.value)});
  }
  vm->uart_after = vm->uart;
}

// --- registers-preserved, resumes-in-place -------------------------------------------------------

void IsolationRules::resumed(const GuestResume& resume) {
  settle_uart(resume);
  if (resume.expected) {
    check_registers(resume);
    return;
  }
  // The instruction's destination register is not known in that case.
  oracle_.report({"resumes-in-place", resume.cycle, resume.vm,
                  fmt::format("after the trap of cycle {} the guest goes on at {:#x}: neither its "
                              "next instruction nor its vector",
                              resume.trapped.value, resume.target)});
}

void IsolationRules::check_registers(const GuestResume& resume) {
  for (unsigned number = 1; number < resume.before->size(); ++number) {
    const std::uint64_t before = (*resume.before)[number];
    const std::uint64_t after = (*resume.after)[number];
    if (before == after || number == resume.rd) continue;
    oracle_.report({"registers-preserved", resume.cycle, resume.vm,
                    fmt::format("x{} was {:#x} at the trap of cycle {} and is {:#x} now", number,
                                before, resume.trapped.value, after)});
    return;
  }
}

}  // namespace cyclevisor
