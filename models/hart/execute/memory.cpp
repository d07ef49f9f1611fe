// Loads and stores: those of RV64I, and HLV, HLVX and HSV of the H extension. The engine has
// translated and checked the access.
#include "models/hart/execute/execute.hpp"

namespace cyclevisor {
namespace {

/// `T` is the type in memory: signed for loads that sign-extend.
template <class T>
Step load(Core& core, const Instruction& instruction) {
  const std::uint64_t address =
      core.x[instruction.rs1] + static_cast<std::uint64_t>(instruction.immediate);
  const auto value = static_cast<T>(core.memory.load(address, sizeof(T), core.now));
  core.write_x(instruction.rd, static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
  return Step::sequential;
}

/// A store over the bus may write the timer, so the hart re-evaluates its own comparators.
void after_store(Core& core) {
  if (core.memory.bus_done() == Cycle()) return;
  core.csrs.update_timer(core.memory.bus_done());
}

template <class T>
Step store(Core& core, const Instruction& instruction) {
  const std::uint64_t address =
      core.x[instruction.rs1] + static_cast<std::uint64_t>(instruction.immediate);
  core.memory.store(address, sizeof(T), core.x[instruction.rs2], core.now);
  after_store(core);
  return Step::sequential;
}

template <class T>
Step guest_load(Core& core, const Instruction& instruction) {
  if (const auto refused = refused_guest_access(core)) return core.raise(*refused, instruction.raw);
  const std::uint64_t address = core.x[instruction.rs1];
  const auto value = static_cast<T>(core.memory.load(address, sizeof(T), core.now));
  core.write_x(instruction.rd, static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
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
      return guest_load<std::uint16_t>(core, instruction);
    case Operation::hlv_w:
      return guest_load<std::int32_t>(core, instruction);
    case Operation::hlv_wu:
      return guest_load<std::uint32_t>(core, instruction);
    case Operation::hlvx_wu:
      return guest_load<std::uint32_t>(core, instruction);
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
  if (const auto refused = refused_guest_access(core)) return core.raise(*refused, instruction.raw);
  core.memory.store(core.x[instruction.rs1], bytes, core.x[instruction.rs2], core.now);
  after_store(core);
  return Step::sequential;
}

}  // namespace cyclevisor
