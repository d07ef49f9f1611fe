#include "hypervisor/core/emulate.hpp"

#include "hypervisor/arch/csr.hpp"
#include "hypervisor/arch/hart.hpp"
#include "hypervisor/core/decode.hpp"
#include "hypervisor/core/guest_memory.hpp"
#include "hypervisor/virtual/csr.hpp"
#include "hypervisor/virtual/devices.hpp"

namespace cyclevisor::hypervisor {
namespace {

enum class Emulated : uint8_t { done, illegal };

uint64_t extend(uint64_t value, unsigned bytes, Extension extension) {
  if (bytes == 8) return value;
  const unsigned shift = 64 - 8 * bytes;
  if (extension == Extension::zero) return value << shift >> shift;
  return static_cast<uint64_t>(static_cast<int64_t>(value << shift) >> shift);
}

/// WFI in virtual machine mode, or in user mode while the guest's TW permits it.
Emulated emulate_wfi(Vm& vm) {
  if (vm.vcpu.mode != VirtualMode::machine && (vm.vcpu.mstatus & mstatus::tw) != 0) {
    return Emulated::illegal;
  }
  vm.vcpu.pc += 4;
  // Something pending and enabled ends WFI at once, also while mstatus.MIE is clear.
  if (pending_and_enabled(vm, physical_time()) == 0) {
    vm.state = Vm::State::waiting;
    vm.boosted = false;
  }
  return Emulated::done;
}

Emulated emulate_mret(Vm& vm) {
  if (vm.vcpu.mode != VirtualMode::machine) return Emulated::illegal;
  virtual_mret(&vm.vcpu);
  return Emulated::done;
}

Emulated emulate_system_operation(Vm& vm, uint32_t instruction) {
  switch (decode_system_operation(instruction)) {
    case SystemOperation::csr:
      if (virtual_csr_access(&vm, CsrInstruction(instruction)) == CsrStatus::illegal)
        return Emulated::illegal;
      vm.vcpu.pc += 4;
      return Emulated::done;
    case SystemOperation::mret:
      return emulate_mret(vm);
    case SystemOperation::wfi:
      return emulate_wfi(vm);
    default:
      return Emulated::illegal;
  }
}

void handle_illegal_instruction(Vm& vm, uint64_t, uint64_t tval) {
  auto instruction = static_cast<uint32_t>(tval);
  // A hart may leave mtval zero instead of giving the instruction's bits.
  if (tval == 0 && !fetch_guest_instruction(&vm, &instruction)) instruction = 0;
  if (emulate_system_operation(vm, instruction) == Emulated::illegal) {
    inject_trap(&vm.vcpu, cause::illegal_instruction, instruction);
  }
}

/// In DRAM the hart itself checks PMP; outside it nothing is mapped, so the page fault came first.
bool protection_permits(const Vm& vm, PmpAccess access, uint64_t address, unsigned bytes) {
  const PmpView view = pmp_view(vm.vcpu);
  if (view == PmpView::machine && !vm.pmp.active()) return true;
  return vm.pmp.permits(view, access, GuestAddress{address}, bytes);
}

/// Whether an access that begins at `first` can have raised a page fault at `address`. Of a
/// misaligned access harts report the beginning, the part that faulted, or a part's aligned
/// address; some report an AMO as the load that it begins with (QEMU 7.2).
bool explains_fault(const MemoryOperation& operation, uint64_t first, PmpAccess access,
                    uint64_t address) {
  using Kind = MemoryOperation::Kind;
  const bool kind = access == PmpAccess::load
                        ? operation.kind != Kind::none && operation.kind != Kind::store
                        : operation.kind == Kind::store || operation.kind == Kind::atomic;
  const uint64_t before = first & (operation.bytes - 1u);
  if (!kind || before == 0) return kind && address == first;
  return address - (first - before) < before + operation.bytes;
}

/// Performs the access at the VM's pc, which faulted at `address`, on a virtual device. Refused
/// when there is no device or the instruction is not a plain load or store. An instruction that
/// cannot have caused the fault is not the one that the hart executed: the guest has changed its
/// code without fence.i. The hart then fetches it again.
DeviceStatus access_device(Vm& vm, PmpAccess access, uint64_t address) {
  uint32_t instruction;
  if (!fetch_guest_instruction(&vm, &instruction)) return DeviceStatus::refused;
  MemoryOperation operation;
  decode_memory_operation(instruction, &operation);
  const uint64_t first =
      vm.vcpu.x[operation.base_register] + static_cast<uint64_t>(int64_t{operation.offset});
  const auto plain =
      access == PmpAccess::load ? MemoryOperation::Kind::load : MemoryOperation::Kind::store;
  // An access that only partly lies where `address` says begins elsewhere: in DRAM or in nothing.
  if (operation.kind != plain || first != address) {
    if (explains_fault(operation, first, access, address)) return DeviceStatus::refused;
    discard_fetched_instructions();
    return DeviceStatus::ok;
  }
  const VirtualDevice* device = find_virtual_device(GuestAddress{address}, operation.bytes);
  if (device == nullptr) return DeviceStatus::refused;

  if (!protection_permits(vm, access, address, operation.bytes)) return DeviceStatus::refused;

  const uint64_t offset = address - device->base;
  DeviceStatus status;
  if (access == PmpAccess::load) {
    uint64_t value;
    status = device->read(vm, offset, operation.bytes, value);
    if (status == DeviceStatus::ok) {
      vm.vcpu.set_x(operation.data_register, extend(value, operation.bytes, operation.extension));
    }
  } else {
    const uint64_t value =
        extend(vm.vcpu.x[operation.data_register], operation.bytes, Extension::zero);
    status = device->write(vm, offset, operation.bytes, value);
  }
  if (status == DeviceStatus::ok) vm.vcpu.pc += instruction_bytes(instruction);
  return status;
}

void handle_load_page_fault(Vm& vm, uint64_t, uint64_t tval) {
  if (access_device(vm, PmpAccess::load, tval) == DeviceStatus::refused) {
    inject_trap(&vm.vcpu, cause::load_access_fault, tval);
  }
}

void handle_store_page_fault(Vm& vm, uint64_t, uint64_t tval) {
  if (access_device(vm, PmpAccess::store, tval) == DeviceStatus::refused) {
    inject_trap(&vm.vcpu, cause::store_access_fault, tval);
  }
}

/// The virtual hart translates nothing: where nothing is mapped, its bus would have refused.
void handle_instruction_page_fault(Vm& vm, uint64_t, uint64_t tval) {
  inject_trap(&vm.vcpu, cause::instruction_access_fault, tval);
}

void handle_environment_call(Vm& vm, uint64_t, uint64_t) {
  // Both virtual modes run in the physical user mode.
  inject_trap(&vm.vcpu,
              vm.vcpu.mode == VirtualMode::machine ? cause::environment_call_from_machine
                                                   : cause::environment_call_from_user,
              0);
}

void reflect(Vm& vm, uint64_t cause, uint64_t tval) { inject_trap(&vm.vcpu, cause, tval); }

using ExceptionHandler = void (*)(Vm& vm, uint64_t cause, uint64_t tval);

// By exception code.
constexpr ExceptionHandler handlers[16] = {
    reflect,                        // 0 instruction address misaligned
    reflect,                        // 1 instruction access fault
    handle_illegal_instruction,     // 2
    reflect,                        // 3 breakpoint
    reflect,                        // 4 load address misaligned
    reflect,                        // 5 load access fault
    reflect,                        // 6 store/AMO address misaligned
    reflect,                        // 7 store/AMO access fault
    handle_environment_call,        // 8 from U
    reflect,                        // 9 from S
    reflect,                        // 10 from VS
    reflect,                        // 11 from M
    handle_instruction_page_fault,  // 12
    handle_load_page_fault,         // 13
    reflect,                        // 14
    handle_store_page_fault,        // 15
};

}  // namespace

HYPERVISOR_STAGE void handle_exception(Vm* vm, uint64_t cause, uint64_t tval) {
  const ExceptionHandler handler = cause < 16 ? handlers[cause] : reflect;
  handler(*vm, cause, tval);
}

}  // namespace cyclevisor::hypervisor
