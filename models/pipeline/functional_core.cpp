#include "models/pipeline/functional_core.hpp"

#include <cstring>
#include <stdexcept>

#include "models/hart/execute.hpp"

namespace cyclevisor {

BusReply FunctionalCore::DeviceBuffer::read(PhysicalAddress, unsigned, Cycle at) {
  return {BusStatus::ok, data, at};
}

BusReply FunctionalCore::DeviceBuffer::write(PhysicalAddress, unsigned, std::uint64_t, Cycle at) {
  return {BusStatus::ok, 0, at};
}

FunctionalCore::FunctionalCore(const HartConfig& config, PhysicalBus& bus, TimeSource& time)
    : buffer_(bus), core_(config, buffer_, time) {}

std::optional<Exception> FunctionalCore::exception_of(const StageLatch& latch) {
  Exception exception;
  if (latch.fault != FetchFault::none) {
    exception.cause = latch.fault == FetchFault::page ? ExceptionCause::instruction_page_fault
                                                      : ExceptionCause::instruction_access_fault;
    exception.tval = latch.fault_address;
    return exception;
  }
  exception.tval = latch.bits;
  if (!latch.legal) return exception;
  const Instruction& instruction = latch.instruction;
  switch (instruction.instruction_class) {
    case InstructionClass::csr: {
      const auto access = writes_csr(instruction) ? CsrAccess::write : CsrAccess::read;
      const auto number = static_cast<std::uint16_t>(instruction.immediate);
      const auto refused = core_.csrs.check(number, access, core_.mode);
      if (!refused) return std::nullopt;
      exception.cause = *refused;
      return exception;
    }
    case InstructionClass::environment:
    case InstructionClass::trap_return:
    case InstructionClass::translation_fence: {
      // These change nothing but control state: carry it out and take it back.
      const CsrState state = core_.csrs.state;
      const PrivilegeMode mode = core_.mode;
      core_.pc = latch.pc;
      const Step step = execute_instruction(core_, instruction);
      core_.csrs.state = state;
      core_.set_mode(mode);
      if (step != Step::exception) return std::nullopt;
      return core_.exception;
    }
    default:
      return std::nullopt;
  }
}

std::uint64_t FunctionalCore::result_of(const StageLatch& latch) {
  const IntegerRegisters registers = core_.x;
  core_.pc = latch.pc;
  core_.next_pc = latch.pc + latch.instruction.length;
  execute_instruction(core_, latch.instruction);
  const std::uint64_t result = core_.x[latch.instruction.rd];
  core_.x = registers;
  return result;
}

std::uint64_t FunctionalCore::forwarded(unsigned number, const StageLatch& memory) {
  const bool known = memory.valid && memory.legal &&
                     (memory.instruction_class() == InstructionClass::alu ||
                      memory.instruction_class() == InstructionClass::jump);
  if (known && number != 0 && memory.instruction.rd == number) return result_of(memory);
  return core_.x[number];
}

void FunctionalCore::commit_memory_operation(const StageLatch& latch, Cycle at,
                                             PhysicalAddress operand) {
  // The hart translates by itself, by walking memory as it is now. The pipeline has translated
  // already, with what its TLB holds: so the hart gets the physical address, in a register that
  // the instruction does not use otherwise, and is in M-mode for the access.
  Instruction physical = latch.instruction;
  unsigned base = 1;
  while (base == physical.rs2 || base == physical.rd) ++base;
  physical.rs1 = static_cast<std::uint8_t>(base);
  physical.immediate = 0;
  const std::uint64_t saved_register = core_.x[base];
  const std::uint64_t saved_status = core_.csrs.state.mstatus;
  core_.x[base] = operand.value;
  core_.csrs.state.mstatus &= ~mstatus::mprv;
  core_.memory.refresh(PrivilegeMode::machine);
  const Step step = core_.execute(physical, at);
  core_.x[base] = saved_register;
  core_.csrs.state.mstatus = saved_status;
  core_.memory.refresh(core_.mode);
  if (step == Step::exception) throw std::logic_error("a checked access failed");
}

void FunctionalCore::commit(const StageLatch& latch, Cycle at,
                            std::optional<PhysicalAddress> operand) {
  core_.pc = latch.pc;
  if (operand) {
    commit_memory_operation(latch, at, *operand);
    return;
  }
  if (latch.is(Operation::wfi)) {
    core_.retire_wait(latch.instruction);
    return;
  }
  if (core_.execute(latch.instruction, at) == Step::exception) {
    throw std::logic_error("a checked instruction failed");
  }
}

void FunctionalCore::access_device(const StageLatch& latch, PhysicalAddress address, Cycle at) {
  const MemoryOperation operation = memory_operation(latch);
  if (operation.writes) {
    buffer_.bus().write(address, operation.bytes, core_.x[latch.instruction.rs2], at);
  } else {
    buffer_.data = buffer_.bus().read(address, operation.bytes, at).data;
  }
}

std::uint32_t FunctionalCore::fetch_word(PhysicalAddress address, Cycle at) {
  const PhysicalAddress word(address.value & ~std::uint64_t{3});
  return static_cast<std::uint32_t>(buffer_.bus().fetch(word, 4, at).data);
}

void FunctionalCore::read_memory(std::uint64_t address, std::byte* bytes, unsigned count) {
  const DirectRegion region = buffer_.direct(PhysicalAddress(address));
  const std::uint64_t offset = address - region.first.value;
  if (region.bytes < count || offset > region.bytes - count) {
    std::memset(bytes, 0, count);
  } else {
    std::memcpy(bytes, region.host + offset, count);
  }
}

std::uint64_t FunctionalCore::read_entry(PhysicalAddress address) {
  std::uint64_t entry = 0;
  read_memory(address.value, reinterpret_cast<std::byte*>(&entry), sizeof entry);
  return entry;
}

void FunctionalCore::write_entry(PhysicalAddress address, std::uint64_t entry) {
  const DirectRegion region = buffer_.direct(address);
  const std::uint64_t offset = address.value - region.first.value;
  if (region.bytes < sizeof entry || offset > region.bytes - sizeof entry) return;
  std::memcpy(region.host + offset, &entry, sizeof entry);
}

}  // namespace cyclevisor
