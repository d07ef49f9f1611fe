// Loads and stores: RV64I's own and those of the H extension that act as a guest.
#include <type_traits>

#include "models/hart/execute/execute.hpp"

namespace cyclevisor {
namespace {

/// `T` is the type in memory: signed for loads that extend the sign.
template <class T>
Step load(Core& core, const Instruction& instruction) {
  const std::uint64_t address =
      core.x[instruction.rs1] + static_cast<std::uint64_t>(instruction.immediate);
  std::make_unsigned_t<T> value = 0;
  if (!core.memory.load(address, core.now, value)) return core.raise_access(instruction, address);
  core.write_x(instruction.rd,
               static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<T>(value))));
  return Step::sequential;
}

/// A store over the bus may reach a timer, so the comparators inside the hart look again.
void after_store(Core& core) {
  if (core.memory.bus_done() == Cycle()) return;
  core.csrs.update_timer(core.memory.bus_done());
  core.interrupts_changed = true;
}

template <class T>
Step store(Core& core, const Instruction& instruction) {
  const std::uint64_t address =
      core.x[instruction.rs1] + static_cast<std::uint64_t>(instruction.immediate);
  if (!core.memory.store(address, core.now, static_cast<T>(core.x[instruction.rs2]))) {
    return core.raise_access(instruction, address);
  }
  after_store(core);
  return Step::sequential;
}

/// Whether HLV, HLVX and HSV may be executed, and as whom: hstatus.SPVP chooses between VS and VU.
bool begin_guest_access(Core& core, const Instruction& instruction, PrivilegeMode& guest) {
  if (const auto refused = refused_guest_access(core)) {
    core.raise(*refused, instruction.raw);
    return false;
  }
  guest = (core.csrs.state.hstatus & hstatus::spvp) != 0 ? PrivilegeMode::virtual_supervisor
                                                         : PrivilegeMode::virtual_user;
  return true;
}

template <class T>
Step guest_load(Core& core, const Instruction& instruction,
                LoadPermission permission = LoadPermission::read) {
  PrivilegeMode guest;
  if (!begin_guest_access(core, instruction, guest)) return Step::exception;
  const std::uint64_t address = core.x[instruction.rs1];
  std::uint64_t value = 0;
  if (!core.memory.load_as_guest(address, sizeof(T), guest, permission, core.now, value)) {
    return core.raise_access(instruction, address);
  }
  core.write_x(instruction.rd,
               static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<T>(value))));
  return Step::sequential;
}

}  // namespace

std::optional<ExceptionCause> refused_guest_access(const Core& core) {
  if (is_virtual(core.mode)) return ExceptionCause::virtual_instruction;
  const bool opened_to_user = (core.csrs.state.hstatus & hstatus::hu) != 0;
  if (core.mode == PrivilegeMode::user && !opened_to_user) {
    return ExceptionCause::illegal_instruction;
  }
  return std::nullopt;
}

Step execute_load(Core& core, const Instruction& instruction) {
  switch (instruction.operation) {
    case Operation::lb:
      return load<std::int8_t>(core, instruction);
    case Operation::lh:
      return load<std::int16_t>(core, instruction);
    case Operation::lw:
      return load<std::int32_t>(core, instruction);
    case Operation::ld:
      return load<std::int64_t>(core, instruction);
    case Operation::lbu:
      return load<std::uint8_t>(core, instruction);
    case Operation::lhu:
      return load<std::uint16_t>(core, instruction);
    case Operation::lwu:
      return load<std::uint32_t>(core, instruction);
    default:
      return core.raise_illegal(instruction);
  }
}

Step execute_store(Core& core, const Instruction& instruction) {
  switch (instruction.operation) {
    case Operation::sb:
      return store<std::uint8_t>(core, instruction);
    case Operation::sh:
      return store<std::uint16_t>(core, instruction);
    case Operation::sw:
      return store<std::uint32_t>(core, instruction);
    case Operation::sd:
      return store<std::uint64_t>(core, instruction);
    default:
      return core.raise_illegal(instruction);
  }
}

Step execute_guest_load(Core& core, const Instruction& instruction) {
  switch (instruction.operation) {
    case Operation::hlv_b:
      return guest_load<std::int8_t>(core, instruction);
    case Operation::hlv_bu:
      return guest_load<std::uint8_t>(core, instruction);
    case Operation::hlv_h:
      return guest_load<std::int16_t>(core, instruction);
    case Operation::hlv_hu:
      return guest_load<std::uint16_t>(core, instruction);
    case Operation::hlvx_hu:
      return guest_load<std::uint16_t>(core, instruction, LoadPermission::execute);
    case Operation::hlv_w:
      return guest_load<std::int32_t>(core, instruction);
    case Operation::hlv_wu:
      return guest_load<std::uint32_t>(core, instruction);
    case Operation::hlvx_wu:
      return guest_load<std::uint32_t>(core, instruction, LoadPermission::execute);
    case Operation::hlv_d:
      return guest_load<std::int64_t>(core, instruction);
    default:
      return core.raise_illegal(instruction);
  }
}

Step execute_guest_store(Core& core, const Instruction& instruction) {
  unsigned bytes = 1;
  switch (instruction.operation) {
    case Operation::hsv_b:
      break;
    case Operation::hsv_h:
      bytes = 2;
      break;
    case Operation::hsv_w:
      bytes = 4;
      break;
    case Operation::hsv_d:
      bytes = 8;
      break;
    default:
      return core.raise_illegal(instruction);
  }
  PrivilegeMode guest;
  if (!begin_guest_access(core, instruction, guest)) return Step::exception;
  const std::uint64_t address = core.x[instruction.rs1];
  const std::uint64_t value = core.x[instruction.rs2];
  if (!core.memory.store_as_guest(address, bytes, guest, core.now, value)) {
    return core.raise_access(instruction, address);
  }
  after_store(core);
  return Step::sequential;
}

}  // namespace cyclevisor
