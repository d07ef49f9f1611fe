#include "models/engines/stepped/commit_port.hpp"

#include <cstring>
#include <stdexcept>

#include "models/hart/execute/execute.hpp"
#include "models/timing/main_memory.hpp"

namespace cyclevisor {

std::optional<Exception> CommitPort::tried(const Instruction& instruction) {
  const CsrState state = core_.csrs.state;
  const IntegerRegisters registers = core_.x;
  const PrivilegeMode mode = core_.mode;
  core_.next_pc = core_.pc + instruction.length;
  const Step step = execute_instruction(core_, instruction);
  core_.csrs.state = state;
  core_.x = registers;
  if (core_.mode != mode) core_.set_mode(mode);
  if (step != Step::exception) return std::nullopt;
  return core_.exception;
}

namespace {

Exception exception_of_fetch(const StageRegister& latch) {
  Exception exception;
  exception.tval = latch.fault_address;
  switch (latch.fault) {
    case FetchFault::page:
      exception.cause = ExceptionCause::instruction_page_fault;
      break;
    case FetchFault::guest_page:
      exception.cause = ExceptionCause::instruction_guest_page_fault;
      exception.tval2 = latch.fault_guest_address.value >> 2;
      exception.tinst = pseudoinstruction(latch.fault_implicit_access);
      break;
    case FetchFault::access:
    case FetchFault::none:
      exception.cause = ExceptionCause::instruction_access_fault;
      break;
  }
  return exception;
}

}  // namespace

std::optional<Exception> CommitPort::exception_of(const StageRegister& latch) {
  Exception exception;
  if (latch.fault != FetchFault::none) {
    exception = exception_of_fetch(latch);
    if (is_virtual(core_.mode)) exception.trap_value = TrapValue::guest_virtual_address;
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
    case InstructionClass::load:
    case InstructionClass::store:
      if (!is_guest_access(instruction.operation)) return std::nullopt;
      if (const auto refused = refused_guest_access(core_)) {
        exception.cause = *refused;
        return exception;
      }
      return std::nullopt;
    case InstructionClass::branch:
    case InstructionClass::jump:
      // A target can be misaligned only without C.
      if (core_.has(Extension::c)) return std::nullopt;
      [[fallthrough]];
    case InstructionClass::environment:
    case InstructionClass::trap_return:
    case InstructionClass::translation_fence:
      core_.pc = latch.pc;
      return tried(instruction);
    default:
      return std::nullopt;
  }
}

std::uint64_t CommitPort::result_of(const StageRegister& latch) {
  std::uint64_t& destination = core_.x[latch.instruction.rd];
  const std::uint64_t old = destination;
  core_.pc = latch.pc;
  core_.next_pc = latch.pc + latch.instruction.length;
  execute_instruction(core_, latch.instruction);
  const std::uint64_t result = destination;
  destination = old;
  return result;
}

std::uint64_t CommitPort::forwarded(unsigned number, const StageRegister& memory) {
  const bool known = memory.valid && memory.legal &&
                     (memory.instruction_class() == InstructionClass::alu ||
                      memory.instruction_class() == InstructionClass::jump);
  if (known && number != 0 && memory.instruction.rd == number) return result_of(memory);
  return core_.x[number];
}

void CommitPort::commit(const StageRegister& latch, Cycle at,
                        const std::optional<PreparedOperand>& operand) {
  core_.pc = latch.pc;
  core_.memory.set_physical_pc(latch.physical_pc);
  if (latch.is(Operation::wfi)) {
    core_.retire_wait(latch.instruction);
    return;
  }
  if (operand) core_.memory.begin_prepared(*operand);
  const Step step = core_.execute(latch.instruction, at);
  if (operand) core_.memory.end_prepared();
  if (step == Step::exception) throw std::logic_error("a checked instruction failed");
}

std::uint32_t CommitPort::fetch_word(PhysicalAddress address, Cycle at) {
  const PhysicalAddress word(address.value & ~std::uint64_t{3});
  return static_cast<std::uint32_t>(bus_.fetch(word, 4, at).data);
}

std::uint64_t CommitPort::read_entry(PhysicalAddress address) {
  std::uint64_t entry = 0;
  read_main_memory(core_.memory, address.value, reinterpret_cast<std::byte*>(&entry), sizeof entry);
  return entry;
}

void CommitPort::write_entry(PhysicalAddress address, std::uint64_t entry) {
  std::byte* host = core_.memory.direct(address, sizeof entry, AccessType::store);
  if (host != nullptr) std::memcpy(host, &entry, sizeof entry);
}

}  // namespace cyclevisor
