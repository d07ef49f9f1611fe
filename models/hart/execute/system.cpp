// Environment calls, trap returns, WFI and fences, and which privilege modes may execute them
// ("Virtual Instruction Exceptions", "Virtualization Support in mstatus Register").
#include "models/hart/execute/execute.hpp"
#include "models/hart/execute/trap.hpp"

namespace cyclevisor {
namespace {

ExceptionCause call_cause(PrivilegeMode mode) {
  switch (mode) {
    case PrivilegeMode::supervisor:
      return ExceptionCause::environment_call_from_supervisor;
    case PrivilegeMode::virtual_supervisor:
      return ExceptionCause::environment_call_from_virtual_supervisor;
    case PrivilegeMode::machine:
      return ExceptionCause::environment_call_from_machine;
    case PrivilegeMode::user:
    case PrivilegeMode::virtual_user:
      break;
  }
  return ExceptionCause::environment_call_from_user;
}

/// The bits that make an instruction trap in supervisor modes.
struct SupervisorTraps {
  std::uint64_t mstatus;  ///< in (H)S-mode: illegal instruction
  std::uint64_t hstatus;  ///< in VS-mode: virtual instruction
};

/// Supervisor instructions are illegal in U-mode, virtual instructions in VU-mode, and trap in
/// supervisor modes if the bit is set. True when the instruction may execute; otherwise sets the
/// exception.
bool supervisor_may(Core& core, const Instruction& instruction, SupervisorTraps traps) {
  const CsrState& state = core.csrs.state;
  switch (core.mode) {
    case PrivilegeMode::machine:
      return true;
    case PrivilegeMode::supervisor:
      if ((state.mstatus & traps.mstatus) == 0) return true;
      break;
    case PrivilegeMode::user:
      break;
    case PrivilegeMode::virtual_supervisor:
      if ((state.hstatus & traps.hstatus) == 0) return true;
      [[fallthrough]];
    case PrivilegeMode::virtual_user:
      core.raise_virtual(instruction);
      return false;
  }
  core.raise_illegal(instruction);
  return false;
}

/// HFENCE: M-mode, and HS-mode unless `mstatus_trap` is set; no other mode.
bool hypervisor_may(Core& core, const Instruction& instruction, std::uint64_t mstatus_trap) {
  if (core.mode == PrivilegeMode::virtual_supervisor) {
    core.raise_virtual(instruction);
    return false;
  }
  return supervisor_may(core, instruction, {mstatus_trap, 0});
}

/// WFI waits without limit where it is permitted; elsewhere the "implementation-specific, bounded
/// time limit" is zero.
bool may_wait(Core& core, const Instruction& instruction) {
  if (core.mode == PrivilegeMode::machine) return true;
  const CsrState& state = core.csrs.state;
  const bool user_refused = core.mode == PrivilegeMode::user && core.has(Extension::s);
  if ((state.mstatus & mstatus::tw) != 0 || user_refused) {
    core.raise_illegal(instruction);
    return false;
  }
  const bool vtw = (state.hstatus & hstatus::vtw) != 0;
  if (core.mode == PrivilegeMode::virtual_user ||
      (core.mode == PrivilegeMode::virtual_supervisor && vtw)) {
    core.raise_virtual(instruction);
    return false;
  }
  return true;
}

Step fence_translations(Core& core) {
  core.memory.translations_changed();
  return Step::flush;
}

}  // namespace

Step execute_system(Core& core, const Instruction& instruction) {
  const TrapValue pc_kind =
      is_virtual(core.mode) ? TrapValue::guest_virtual_address : TrapValue::other;
  switch (instruction.operation) {
    case Operation::fence:
    case Operation::fence_i:
      // Memory is coherent and accesses are in order, so a fence changes no architectural state; it
      // only takes time.
      return Step::flush;
    case Operation::ecall:
      return core.raise(call_cause(core.mode), 0);
    case Operation::ebreak:
      return core.raise(ExceptionCause::breakpoint, core.pc, pc_kind);
    case Operation::mret:
      if (core.mode != PrivilegeMode::machine) return core.raise_illegal(instruction);
      core.next_pc = return_from_machine_trap(core);
      return Step::flush;
    case Operation::sret:
      if (!supervisor_may(core, instruction, {mstatus::tsr, hstatus::vtsr})) break;
      core.next_pc = return_from_supervisor_trap(core);
      return Step::flush;
    case Operation::wfi:
      if (!may_wait(core, instruction)) break;
      return core.wakes() ? Step::sequential : Step::wait;
    case Operation::sfence_vma:
      if (!supervisor_may(core, instruction, {mstatus::tvm, hstatus::vtvm})) break;
      return fence_translations(core);
    case Operation::hfence_vvma:
      if (!hypervisor_may(core, instruction, 0)) break;
      return fence_translations(core);
    case Operation::hfence_gvma:
      if (!hypervisor_may(core, instruction, mstatus::tvm)) break;
      return fence_translations(core);
    default:
      return core.raise_illegal(instruction);
  }
  return Step::exception;
}

}  // namespace cyclevisor
