// Zicsr. The side effects of a write on translation, interrupts and timers follow from the
// register's row in the CSR table.
#include "models/hart/execute/execute.hpp"

namespace cyclevisor {
namespace {

bool is_immediate_form(Operation operation) { return operation >= Operation::csrrwi; }

void apply_effect(Core& core, const CsrRow& row) {
  switch (row.effect) {
    case CsrEffect::none:
    case CsrEffect::timer:
      break;
    case CsrEffect::address_space:
      core.address_space_changed = true;
      core.memory.translations_changed();
      break;
    case CsrEffect::protection:
    case CsrEffect::timer_and_protection:
      core.memory.translations_changed();
      break;
  }
  core.memory.refresh(core.mode);
}

}  // namespace

Step execute_csr(Core& core, const Instruction& instruction) {
  const Operation operation = instruction.operation;
  const auto number = static_cast<std::uint16_t>(instruction.immediate);
  const bool swaps = operation == Operation::csrrw || operation == Operation::csrrwi;
  // csrrs and csrrc with x0, or an immediate of 0, do not write the CSR at all.
  const bool writes = swaps || instruction.rs1 != 0;
  const std::optional<ExceptionCause> refused =
      core.csrs.check(number, writes ? CsrAccess::write : CsrAccess::read, core.mode);
  if (refused) return core.raise(*refused, instruction.raw);

  const CsrRow& row = core.csrs.resolve(number, core.mode);
  const std::uint64_t old = core.csrs.read(row, core.mode, core.now);
  if (!writes) {
    core.write_x(instruction.rd, old);
    return Step::sequential;
  }
  const std::uint64_t operand =
      is_immediate_form(operation) ? instruction.rs1 : core.x[instruction.rs1];
  std::uint64_t value = operand;
  if (!swaps) {
    const std::uint64_t base = core.csrs.read_for_modify(row, core.mode, core.now);
    const bool sets = operation == Operation::csrrs || operation == Operation::csrrsi;
    value = sets ? base | operand : base & ~operand;
  }
  core.csrs.write(row, core.mode, core.now, value);
  core.csr_written = row.number;
  apply_effect(core, row);
  core.write_x(instruction.rd, old);
  return Step::flush;
}

}  // namespace cyclevisor
