// "A" Extension for Atomic Instructions. With one hart and a coherent memory, program order
// satisfies aq and rl.
#include <algorithm>
#include <type_traits>

#include "models/hart/execute/execute.hpp"

namespace cyclevisor {
namespace {

PhysicalAddress reservation_set(PhysicalAddress address) {
  return PhysicalAddress(address.value & ~(reservation_set_bytes - 1));
}

template <class T>
std::uint64_t sign_extend(T value) {
  return static_cast<std::uint64_t>(
      static_cast<std::int64_t>(static_cast<std::make_signed_t<T>>(value)));
}

template <class T>
Step load_reserved(Core& core, const Instruction& instruction) {
  const std::uint64_t address = core.x[instruction.rs1];
  const PhysicalAddress physical = core.memory.atomic_operand();
  const auto value = static_cast<T>(core.memory.read_memory(physical, sizeof(T), core.now));
  core.memory.record_access(MemoryAccess::Kind::load, address, physical, sizeof(T), value);
  core.reservation = reservation_set(physical);
  core.write_x(instruction.rd, sign_extend(value));
  return Step::sequential;
}

template <class T>
Step store_conditional(Core& core, const Instruction& instruction) {
  const std::uint64_t address = core.x[instruction.rs1];
  const PhysicalAddress physical = core.memory.atomic_operand();
  const bool success = core.reservation == reservation_set(physical);
  core.reservation.reset();
  if (success) {
    const T value = static_cast<T>(core.x[instruction.rs2]);
    core.memory.write_memory(physical, sizeof(T), value, core.now);
    core.memory.record_access(MemoryAccess::Kind::store, address, physical, sizeof(T), value);
  }
  core.write_x(instruction.rd, success ? 0 : 1);
  return Step::sequential;
}

template <class T, class Modify>
Step amo(Core& core, const Instruction& instruction, Modify modify) {
  const std::uint64_t address = core.x[instruction.rs1];
  const PhysicalAddress physical = core.memory.atomic_operand();
  const auto old = static_cast<T>(core.memory.read_memory(physical, sizeof(T), core.now));
  const T value = modify(old, static_cast<T>(core.x[instruction.rs2]));
  core.memory.write_memory(physical, sizeof(T), value, core.now);
  core.memory.record_access(MemoryAccess::Kind::amo, address, physical, sizeof(T), value);
  core.write_x(instruction.rd, sign_extend(old));
  return Step::sequential;
}

/// `doubleword` is the operation in its doubleword form, so that both widths share the code below.
template <class T>
Step execute_amo(Core& core, const Instruction& instruction, Operation doubleword) {
  using Signed = std::make_signed_t<T>;
  switch (doubleword) {
    case Operation::lr_d:
      return load_reserved<T>(core, instruction);
    case Operation::sc_d:
      return store_conditional<T>(core, instruction);
    case Operation::amoswap_d:
      return amo<T>(core, instruction, [](T, T b) { return b; });
    case Operation::amoadd_d:
      return amo<T>(core, instruction, [](T a, T b) { return static_cast<T>(a + b); });
    case Operation::amoxor_d:
      return amo<T>(core, instruction, [](T a, T b) { return a ^ b; });
    case Operation::amoand_d:
      return amo<T>(core, instruction, [](T a, T b) { return a & b; });
    case Operation::amoor_d:
      return amo<T>(core, instruction, [](T a, T b) { return a | b; });
    case Operation::amomin_d:
      return amo<T>(core, instruction, [](T a, T b) {
        return static_cast<Signed>(a) < static_cast<Signed>(b) ? a : b;
      });
    case Operation::amomax_d:
      return amo<T>(core, instruction, [](T a, T b) {
        return static_cast<Signed>(a) > static_cast<Signed>(b) ? a : b;
      });
    case Operation::amominu_d:
      return amo<T>(core, instruction, [](T a, T b) { return std::min(a, b); });
    case Operation::amomaxu_d:
      return amo<T>(core, instruction, [](T a, T b) { return std::max(a, b); });
    default:
      return core.raise_illegal(instruction);
  }
}

}  // namespace

Step execute_atomic(Core& core, const Instruction& instruction) {
  constexpr auto distance =
      static_cast<unsigned>(Operation::lr_d) - static_cast<unsigned>(Operation::lr_w);
  const Operation operation = instruction.operation;
  if (operation < Operation::lr_d) {
    const auto doubleword = static_cast<Operation>(static_cast<unsigned>(operation) + distance);
    return execute_amo<std::uint32_t>(core, instruction, doubleword);
  }
  return execute_amo<std::uint64_t>(core, instruction, operation);
}

}  // namespace cyclevisor
