// One instruction of a comparison: the hart executes what QEMU has executed, and takes over QEMU's
// values where they are known to differ ("adopted" in known_differences.cpp).
#include "models/hart/csr/csr_number.hpp"
#include "models/hart/execute/execute.hpp"
#include "tests/system/differential/compare.hpp"
#include "tests/system/differential/known_differences.hpp"

namespace cyclevisor::differential {
namespace {

constexpr std::uint64_t fetch_access_fault = 1;
constexpr std::uint64_t illegal_instruction = 2;
constexpr std::uint64_t breakpoint = 3;
constexpr std::uint64_t load_access_fault = 5;
constexpr std::uint64_t store_address_misaligned = 6;
constexpr std::uint64_t store_access_fault = 7;
constexpr std::uint64_t fetch_page_fault = 12;
constexpr std::uint64_t fetch_guest_page_fault = 20;
constexpr std::uint64_t load_guest_page_fault = 21;
constexpr std::uint64_t virtual_instruction = 22;
constexpr std::uint64_t store_guest_page_fault = 23;

/// The trap whose handler is about to start, if any.
struct HandledTrap {
  std::uint64_t cause = 0;
  std::uint64_t pc = 0;
  bool is(std::uint64_t other_cause, std::uint64_t other_pc) const {
    return cause == other_cause && pc == other_pc;
  }
};

HandledTrap handled(const LoggedState& state) {
  return state.mode == PrivilegeMode::machine
             ? HandledTrap{state.csr(LoggedCsr::mcause), state.csr(LoggedCsr::mepc)}
             : HandledTrap{state.csr(LoggedCsr::scause), state.csr(LoggedCsr::sepc)};
}

/// Whether an instruction in `mode` whose successor is at `pc` has completed: either the successor
/// is about to start, or it cannot be fetched.
bool passes(const LoggedState& after, std::uint64_t pc, PrivilegeMode mode) {
  if (after.pc == pc && after.mode == mode) return true;
  const HandledTrap trap = handled(after);
  return trap.pc == pc && (trap.cause == fetch_access_fault || trap.cause == fetch_page_fault ||
                           trap.cause == fetch_guest_page_fault);
}

bool is_page_crossing(const Instruction& instruction, std::uint64_t base) {
  const InstructionClass kind = instruction.instruction_class;
  if (kind != InstructionClass::load && kind != InstructionClass::store) return false;
  const std::uint64_t address = base + static_cast<std::uint64_t>(instruction.immediate);
  return address % 8 != 0 && (address & 0xfff) > 0x1000 - 8;
}

}  // namespace

void Comparison::execute() {
  Core& core = machine_.core;
  const Instruction* found = machine_.instruction();
  Executed& executed = executed_[executed_count_++ % history_length];
  executed.pc = core.pc;
  executed.bits = machine_.fetched_bits();
  executed.mode = core.mode;
  executed.trap = 0;
  ++coverage_.instructions_by_mode[core.mode];

  const PrivilegeMode mode = core.mode;
  const LoggedState* after = qemu_.next();
  may_end_ = found != nullptr && ends_comparison(*found, core);
  if (found == nullptr) {
    outcome_ = machine_.step();
    if (after != nullptr) adopt_trap(RefusedAccess::no, mode, *after);
    return;
  }
  const Instruction instruction = *found;
  const bool conditional = instruction.instruction_class == InstructionClass::store_conditional;
  if (conditional || instruction.instruction_class == InstructionClass::amo) {
    // QEMU restarts, with the other hart stopped, an instruction that it cannot execute with one
    // host instruction.
    while (after != nullptr && *after == qemu_.current()) {
      qemu_.advance();
      after = qemu_.next();
    }
    if (after != nullptr && handled(*after).is(load_access_fault, core.pc)) {
      machine_.report_amo_as_load();
    }
  }
  const bool fails_on_qemu = conditional && instruction.rd != 0 && after != nullptr &&
                             after->x[instruction.rd] == 1 &&
                             passes(*after, core.pc + instruction.length, mode);
  const bool crosses_page = is_page_crossing(instruction, core.x[instruction.rs1]);
  if (fails_on_qemu) {
    core.reservation.reset();
    machine_.save_tables();
  }
  const CsrState before = core.csrs.state;
  const std::uint64_t pc = core.pc;
  outcome_ = machine_.step();
  // A failing sc does not set A and D on QEMU.
  if (fails_on_qemu) machine_.restore_tables();
  if (fails_on_qemu && outcome_ == Machine::Outcome::trapped) {
    // Without a reservation QEMU ignores the address.
    core.csrs.state = before;
    core.pc = pc + instruction.length;
    core.set_mode(mode);
    core.write_x(instruction.rd, 1);
    outcome_ = Machine::Outcome::retired;
  }
  if (outcome_ == Machine::Outcome::trapped && crosses_page &&
      (core.exception.cause == ExceptionCause::load_access_fault ||
       core.exception.cause == ExceptionCause::store_access_fault)) {
    may_end_ = true;
  }
  if (outcome_ == Machine::Outcome::trapped && after != nullptr) {
    adopt_trap(is_guest_access(instruction.operation) ? RefusedAccess::guest : RefusedAccess::no,
               mode, *after);
  }
  if (outcome_ != Machine::Outcome::retired) return;
  ++coverage_.retired_by_operation[static_cast<std::size_t>(instruction.operation)];
  if (after == nullptr) return;
  adopt_result(instruction, mode, *after);
  if (instruction.instruction_class == InstructionClass::trap_return) adopt_return(*after);
}

void Comparison::adopt_return(const LoggedState& after) {
  Core& core = machine_.core;
  if (core.mode == PrivilegeMode::machine) return;
  std::uint64_t& status = core.csrs.state.mstatus;
  if ((after.csr(LoggedCsr::mstatus) & mstatus::mprv) == 0) return;
  // If the hart has kept it too, which is wrong, the comparison fails.
  mprv_known_ = (status & mstatus::mprv) != 0;
  status &= ~mstatus::mprv;
}

void Comparison::adopt_interrupt(const LoggedState& after) {
  const CsrState& state = machine_.core.csrs.state;
  const unsigned own = machine_.interrupt();
  const bool to_machine = after.mode == PrivilegeMode::machine;
  const std::uint64_t cause = after.csr(to_machine ? LoggedCsr::mcause : LoggedCsr::scause);
  if ((cause & Trap::interrupt_bit) == 0) return;
  std::uint64_t other = cause & ~Trap::interrupt_bit;
  if (is_virtual(after.mode)) ++other;
  const auto level = [&](std::uint64_t number) {
    return ((state.mideleg >> number) & 1) + ((state.mideleg & state.hideleg) >> number & 1);
  };
  const std::uint64_t takeable = machine_.core.csrs.pending() & state.mie;
  if (other < 64 && (takeable >> other & 1) != 0 && level(other) == level(own)) {
    machine_.take_instead(static_cast<unsigned>(other));
  }
}

void Comparison::adopt_result(const Instruction& instruction, PrivilegeMode mode,
                              const LoggedState& after) {
  Core& core = machine_.core;
  const bool unknown = instruction.immediate == csr::htinst && !htinst_known_;
  if (reads_trap_instruction(instruction) && (after.x[instruction.rd] == 0 || unknown)) {
    core.write_x(instruction.rd, after.x[instruction.rd]);
    const bool only_reads = instruction.operation != Operation::csrrw && instruction.rs1 == 0;
    if (only_reads && instruction.rd != 0) {
      CsrState& state = core.csrs.state;
      (instruction.immediate == csr::mtinst ? state.mtinst : state.htinst) =
          after.x[instruction.rd];
    }
  }
  const std::uint64_t adopted = adopted_bits(instruction, mode, core.csrs.state.mideleg);
  core.write_x(instruction.rd,
               (core.x[instruction.rd] & ~adopted) | (after.x[instruction.rd] & adopted));
}

void Comparison::adopt_trap(RefusedAccess access, PrivilegeMode from, const LoggedState& after) {
  Core& core = machine_.core;
  CsrState& state = core.csrs.state;
  const bool to_machine = core.mode == PrivilegeMode::machine;
  const bool virtualized = core.mode == PrivilegeMode::virtual_supervisor;
  const std::uint64_t cause = to_machine    ? state.mcause
                              : virtualized ? state.vscause
                                            : state.scause;
  std::uint64_t& value = to_machine ? state.mtval : virtualized ? state.vstval : state.stval;
  const std::uint64_t other = after.csr(to_machine ? LoggedCsr::mtval : LoggedCsr::stval);
  if (cause == breakpoint && other == 0) value = 0;
  const bool as_interrupt = cause == illegal_instruction || cause == store_address_misaligned;
  if (virtualized && as_interrupt && after.csr(LoggedCsr::scause) == cause - 1) {
    state.vscause = cause - 1;
  }
  const bool refused = cause == illegal_instruction || cause == virtual_instruction;
  if (refused && access == RefusedAccess::guest) value = other;
  const bool refused_by_bus = cause == load_access_fault || cause == store_access_fault;
  if (refused_by_bus && (value & ~std::uint64_t{7}) == (other & ~std::uint64_t{7})) value = other;
  const bool guest_page_fault = cause == fetch_guest_page_fault || cause == load_guest_page_fault ||
                                cause == store_guest_page_fault;
  if (!guest_page_fault && to_machine) state.mtval2 = after.csr(LoggedCsr::mtval2);
  if (!guest_page_fault && !to_machine && !virtualized) state.htval = after.csr(LoggedCsr::htval);
  htinst_known_ = htinst_known_ ? !virtualized : core.mode == PrivilegeMode::supervisor;
  if (virtualized) state.htval = after.csr(LoggedCsr::htval);
  if (virtualized || (cause == breakpoint && !to_machine)) {
    state.hstatus =
        (state.hstatus & ~hstatus::gva) | (after.csr(LoggedCsr::hstatus) & hstatus::gva);
  }
  const bool has_address = cause != illegal_instruction && cause != virtual_instruction &&
                           state.mtval != 0 && is_virtual(from);
  if (to_machine && !has_address) {
    state.mstatus =
        (state.mstatus & ~mstatus::gva) | (after.csr(LoggedCsr::mstatus) & mstatus::gva);
  }
}

}  // namespace cyclevisor::differential
