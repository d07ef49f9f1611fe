#include "tests/system/differential/interpreter.hpp"

#include <cstring>
#include <variant>

#include "models/hart/execute/execute.hpp"
#include "models/hart/isa/decode.hpp"

namespace cyclevisor::differential {

bool Interpreter::fail(ExceptionCause cause, const TranslationRequest& request) {
  core_.exception = Exception();
  core_.exception.cause = cause;
  core_.exception.tval = request.address.value;
  core_.exception.trap_value =
      is_virtual(request.mode) ? TrapValue::guest_virtual_address : TrapValue::other;
  return false;
}

bool Interpreter::fail_access(const TranslationRequest& request) {
  return fail(cause_of(cause(TranslationFault::Kind::access, request.type)), request);
}

bool Interpreter::fail_translation(const TranslationFault& fault,
                                   const TranslationRequest& request) {
  fail(cause_of(cause(fault.kind, request.type)), request);
  if (fault.kind == TranslationFault::Kind::guest_page) {
    core_.exception.tval2 = fault.guest_physical.value >> 2;
    core_.exception.tinst = pseudoinstruction(fault.implicit_access);
  }
  return false;
}

bool Interpreter::resolve(const TranslationRequest& request, unsigned bytes,
                          PhysicalAddress& physical) {
  const auto result = translate(request, core_.memory.registers(), core_.memory.page_tables());
  if (const auto* fault = std::get_if<TranslationFault>(&result)) {
    return fail_translation(*fault, request);
  }
  physical = std::get<Translation>(result).physical;
  if (core_.csrs.pmp.permits(physical, bytes, request.type, request.mode)) return true;
  return fail_access(request);
}

bool Interpreter::is_main_memory(PhysicalAddress address, unsigned bytes, AccessType type) {
  return core_.memory.direct(address, bytes, type) != nullptr;
}

bool Interpreter::fetch_half(std::uint64_t address, Cycle at, std::uint16_t& half,
                             PhysicalAddress& physical) {
  const TranslationRequest request = core_.memory.fetch_request(address);
  if (!resolve(request, sizeof half, physical)) return false;
  if (const std::byte* host = core_.memory.direct(physical, sizeof half, AccessType::fetch)) {
    std::memcpy(&half, host, sizeof half);
    return true;
  }
  const BusReply reply = bus_.fetch(physical, sizeof half, at);
  if (reply.status != BusStatus::ok) return fail_access(request);
  half = static_cast<std::uint16_t>(reply.data);
  return true;
}

const Instruction* Interpreter::fetch(Cycle at) {
  fetched_bits_ = 0;
  std::uint16_t low = 0;
  PhysicalAddress physical;
  if (!fetch_half(core_.pc, at, low, physical)) return nullptr;
  std::uint32_t bits = low;
  if (is_longer_than_16_bits(low)) {
    std::uint16_t high = 0;
    PhysicalAddress second;
    if (!fetch_half(core_.pc + 2, at, high, second)) return nullptr;
    bits |= std::uint32_t{high} << 16;
  }
  core_.memory.set_physical_pc(physical);
  fetched_bits_ = bits;
  if (fetched_.raw != bits || bits == 0) {
    const std::optional<Instruction> instruction = decode(bits, core_.csrs.config().extensions);
    if (!instruction) {
      core_.raise(ExceptionCause::illegal_instruction, bits);
      return nullptr;
    }
    fetched_ = *instruction;
  }
  return &fetched_;
}

std::optional<Interpreter::Access> Interpreter::access_of(const Instruction& instruction) const {
  const MemoryUnit& memory = core_.memory;
  const std::uint64_t base = core_.x[instruction.rs1];
  // The size is in funct3, or in funct7 of HLV, HLVX and HSV.
  Access access;
  access.bytes = 1U << (instruction.expanded >> 12 & 3);
  switch (instruction.instruction_class) {
    case InstructionClass::load:
    case InstructionClass::store: {
      const AccessType type = instruction.instruction_class == InstructionClass::load
                                  ? AccessType::load
                                  : AccessType::store;
      if (!is_guest_access(instruction.operation)) {
        const auto offset = static_cast<std::uint64_t>(instruction.immediate);
        access.request = memory.data_request(base + offset, type);
        return access;
      }
      // The mode may not execute it: there is no access.
      if (refused_guest_access(core_)) return std::nullopt;
      const bool supervisor = (core_.csrs.state.hstatus & hstatus::spvp) != 0;
      access.bytes = 1U << (instruction.expanded >> 26 & 3);
      access.request = memory.guest_request(
          base, type, supervisor ? PrivilegeMode::virtual_supervisor : PrivilegeMode::virtual_user);
      if (instruction.operation == Operation::hlvx_hu ||
          instruction.operation == Operation::hlvx_wu) {
        access.request.load_permission = LoadPermission::execute;
      }
      return access;
    }
    case InstructionClass::load_reserved:
      access.atomic = true;
      access.request = memory.data_request(base, AccessType::load);
      return access;
    case InstructionClass::store_conditional:
    case InstructionClass::amo:
      access.atomic = true;
      access.request = memory.data_request(base, AccessType::store);
      return access;
    default:
      return std::nullopt;
  }
}

bool Interpreter::prepare_misaligned(const Access& access, PreparedOperand& operand) {
  if (access.atomic || core_.csrs.config().misaligned == MisalignedAccess::trap) {
    return fail(access.request.type == AccessType::load ? ExceptionCause::load_address_misaligned
                                                        : ExceptionCause::store_address_misaligned,
                access.request);
  }
  // Byte by byte, main memory only.
  TranslationRequest byte = access.request;
  for (unsigned i = 0; i < access.bytes; ++i) {
    byte.address = access.request.address + i;
    PhysicalAddress physical;
    if (!resolve(byte, 1, physical)) return false;
    if (!is_main_memory(physical, 1, byte.type)) return fail_access(byte);
    if (i == 0) {
      operand.first = physical;
    } else if (byte.address.value % pte::page_bytes == 0) {
      operand.first_bytes = i;
      operand.second = physical;
    }
  }
  return true;
}

bool Interpreter::access_device(const Access& access, const Instruction& instruction, Cycle at,
                                PreparedOperand& operand) {
  if (access.atomic) return fail_access(access.request);
  const bool loads = access.request.type == AccessType::load;
  const BusReply reply =
      loads ? bus_.read(operand.first, access.bytes, at)
            : bus_.write(operand.first, access.bytes, core_.x[instruction.rs2], at);
  if (reply.status != BusStatus::ok) return fail_access(access.request);
  operand.reply = reply;
  return true;
}

bool Interpreter::prepare(const Access& access, const Instruction& instruction, Cycle at,
                          PreparedOperand& operand) {
  if (access.request.address.value % access.bytes != 0) return prepare_misaligned(access, operand);
  if (!resolve(access.request, access.bytes, operand.first)) return false;
  if (is_main_memory(operand.first, access.bytes, access.request.type)) return true;
  return access_device(access, instruction, at, operand);
}

Step Interpreter::execute(const Instruction& instruction, Cycle at) {
  const std::optional<Access> access = access_of(instruction);
  if (!access) return core_.execute(instruction, at);
  PreparedOperand operand;
  if (!prepare(*access, instruction, at, operand)) {
    // The fault of an implicit access has a pseudoinstruction already; any other is described by
    // the transformed instruction.
    Exception& exception = core_.exception;
    if (exception.tinst == 0 && core_.has(Extension::h)) {
      exception.tinst =
          transformed_instruction(instruction, exception.tval - access->request.address.value);
    }
    return Step::exception;
  }
  core_.memory.begin_prepared(operand);
  const Step step = core_.execute(instruction, at);
  core_.memory.end_prepared();
  return step;
}

}  // namespace cyclevisor::differential
