#include "models/hart/execute/trap.hpp"

#include <array>

namespace cyclevisor {
namespace {

/// The cause of a trap, before its handler is known.
struct Cause {
  enum class Kind : std::uint8_t { exception, interrupt };
  Kind kind;
  unsigned number;

  bool is_interrupt() const { return kind == Kind::interrupt; }
};

/// "Machine Trap Delegation Registers", "Hypervisor Trap Delegation Registers". A trap is never
/// delegated to a less privileged mode than the one it comes from.
PrivilegeMode handler_of(const Core& core, Cause cause) {
  const CsrState& state = core.csrs.state;
  if (core.mode == PrivilegeMode::machine) return PrivilegeMode::machine;
  const std::uint64_t mask = bit(cause.number);
  const std::uint64_t to_supervisor = cause.is_interrupt() ? state.mideleg : state.medeleg;
  if ((to_supervisor & mask) == 0) return PrivilegeMode::machine;
  const std::uint64_t to_guest = cause.is_interrupt() ? state.hideleg : state.hedeleg;
  if (is_virtual(core.mode) && (to_guest & mask) != 0) return PrivilegeMode::virtual_supervisor;
  return PrivilegeMode::supervisor;
}

std::uint64_t vector_of(std::uint64_t tvec, Cause cause) {
  const std::uint64_t base = tvec & tvec::base_mask;
  const bool vectored = (tvec & tvec::vectored) != 0 && cause.is_interrupt();
  return base + (vectored ? 4 * std::uint64_t{cause.number} : 0);
}

std::uint64_t set(std::uint64_t status, std::uint64_t mask) { return status | mask; }
std::uint64_t clear(std::uint64_t status, std::uint64_t mask) { return status & ~mask; }
std::uint64_t set_if(bool condition, std::uint64_t status, std::uint64_t mask) {
  return condition ? set(status, mask) : clear(status, mask);
}

/// xPIE = xIE, xIE = 0, xPP = the previous mode, at the bit positions of sstatus and vsstatus.
std::uint64_t enter_supervisor(std::uint64_t status, PrivilegeMode from) {
  status = set_if((status & mstatus::sie) != 0, status, mstatus::spie);
  status = clear(status, mstatus::sie);
  return set_if(nominal_privilege(from) != 0, status, mstatus::spp);
}

/// xIE = xPIE, xPIE = 1, xPP = U.
std::uint64_t leave_supervisor(std::uint64_t status) {
  status = set_if((status & mstatus::spie) != 0, status, mstatus::sie);
  status = set(status, mstatus::spie);
  return clear(status, mstatus::spp);
}

TakenTrap take_trap(Core& core, Cause cause, const Exception& exception) {
  CsrState& state = core.csrs.state;
  TakenTrap taken;
  taken.from = core.mode;
  taken.to = handler_of(core, cause);
  taken.epc = core.pc;
  taken.tval = exception.tval;
  const bool guest_value = exception.trap_value == TrapValue::guest_virtual_address;
  switch (taken.to) {
    case PrivilegeMode::virtual_supervisor:
      // The guest sees supervisor numbers: VS-level interrupts are one above the supervisor's.
      if (cause.is_interrupt()) --cause.number;
      state.vsstatus = enter_supervisor(state.vsstatus, taken.from);
      state.vsepc = taken.epc;
      state.vstval = taken.tval;
      taken.vector = vector_of(state.vstvec, cause);
      break;
    case PrivilegeMode::supervisor:
      state.mstatus = enter_supervisor(state.mstatus, taken.from);
      state.sepc = taken.epc;
      state.stval = taken.tval;
      taken.vector = vector_of(state.stvec, cause);
      if (core.has(Extension::h)) {
        taken.tval2 = state.htval = exception.tval2;
        taken.tinst = state.htinst = exception.tinst;
        state.hstatus = set_if(guest_value, state.hstatus, hstatus::gva);
        state.hstatus = set_if(is_virtual(taken.from), state.hstatus, hstatus::spv);
        // "SPVP ... is left unchanged ... if V was 0".
        if (is_virtual(taken.from)) {
          state.hstatus = set_if(nominal_privilege(taken.from) != 0, state.hstatus, hstatus::spvp);
        }
      }
      break;
    default:
      state.mstatus = set_if((state.mstatus & mstatus::mie) != 0, state.mstatus, mstatus::mpie);
      state.mstatus = clear(state.mstatus, mstatus::mie);
      state.mstatus = (state.mstatus & ~mstatus::mpp) | nominal_privilege(taken.from)
                                                            << mstatus::mpp_shift;
      state.mepc = taken.epc;
      state.mtval = taken.tval;
      taken.vector = vector_of(state.mtvec, cause);
      if (core.has(Extension::h)) {
        taken.tval2 = state.mtval2 = exception.tval2;
        taken.tinst = state.mtinst = exception.tinst;
        state.mstatus = set_if(guest_value, state.mstatus, mstatus::gva);
        state.mstatus = set_if(is_virtual(taken.from), state.mstatus, mstatus::mpv);
      }
      break;
  }
  taken.cause = (cause.is_interrupt() ? Trap::interrupt_bit : 0) | cause.number;
  std::uint64_t CsrState::*const xcause = taken.to == PrivilegeMode::machine ? &CsrState::mcause
                                          : taken.to == PrivilegeMode::supervisor
                                              ? &CsrState::scause
                                              : &CsrState::vscause;
  state.*xcause = taken.cause;
  core.pc = taken.vector;
  core.set_mode(taken.to);
  return taken;
}

}  // namespace

std::optional<unsigned> pending_interrupt(const Core& core) {
  const CsrState& state = core.csrs.state;
  const std::uint64_t pending = core.csrs.pending() & state.mie;
  if (pending == 0) return std::nullopt;

  // Interrupts for a more privileged mode are always enabled, for a less privileged mode never.
  const PrivilegeMode mode = core.mode;
  const bool machine_enabled =
      mode != PrivilegeMode::machine || (state.mstatus & mstatus::mie) != 0;
  const bool supervisor_enabled =
      mode == PrivilegeMode::user || is_virtual(mode) ||
      (mode == PrivilegeMode::supervisor && (state.mstatus & mstatus::sie) != 0);
  const bool guest_enabled =
      mode == PrivilegeMode::virtual_user ||
      (mode == PrivilegeMode::virtual_supervisor && (state.vsstatus & mstatus::sie) != 0);

  std::uint64_t takeable = 0;
  if (machine_enabled) takeable = pending & ~state.mideleg;
  if (takeable == 0 && supervisor_enabled) takeable = pending & state.mideleg & ~state.hideleg;
  if (takeable == 0 && guest_enabled) takeable = pending & state.mideleg & state.hideleg;
  if (takeable == 0) return std::nullopt;

  // "Multiple simultaneous interrupts ... are handled in the following decreasing priority order".
  static constexpr std::array<unsigned, 9> order = {11, 3, 7, 9, 1, 5, 10, 2, 6};
  for (unsigned number : order) {
    if ((takeable & bit(number)) != 0) return number;
  }
  return std::nullopt;
}

TakenTrap take_exception(Core& core) {
  const auto number = static_cast<unsigned>(core.exception.cause);
  return take_trap(core, {Cause::Kind::exception, number}, core.exception);
}

TakenTrap take_interrupt(Core& core, unsigned number) {
  return take_trap(core, {Cause::Kind::interrupt, number}, Exception());
}

std::uint64_t return_from_machine_trap(Core& core) {
  CsrState& state = core.csrs.state;
  const std::uint64_t privilege = (state.mstatus & mstatus::mpp) >> mstatus::mpp_shift;
  const PrivilegeMode to = mode_of(privilege, state.mstatus & mstatus::mpv);
  state.mstatus = set_if((state.mstatus & mstatus::mpie) != 0, state.mstatus, mstatus::mie);
  state.mstatus = set(state.mstatus, mstatus::mpie);
  // MPP becomes the least privileged supported mode.
  state.mstatus = set_if(!core.has(Extension::u), state.mstatus, mstatus::mpp);
  state.mstatus = clear(state.mstatus, mstatus::mpv);
  if (to != PrivilegeMode::machine) state.mstatus = clear(state.mstatus, mstatus::mprv);
  core.set_mode(to);
  return state.mepc;
}

std::uint64_t return_from_supervisor_trap(Core& core) {
  CsrState& state = core.csrs.state;
  if (is_virtual(core.mode)) {
    const bool to_supervisor = (state.vsstatus & mstatus::spp) != 0;
    state.vsstatus = leave_supervisor(state.vsstatus);
    core.set_mode(to_supervisor ? PrivilegeMode::virtual_supervisor : PrivilegeMode::virtual_user);
    return state.vsepc;
  }
  const std::uint64_t privilege = (state.mstatus & mstatus::spp) != 0 ? 1 : 0;
  const PrivilegeMode to = mode_of(privilege, state.hstatus & hstatus::spv);
  state.mstatus = leave_supervisor(state.mstatus);
  state.mstatus = clear(state.mstatus, mstatus::mprv);
  state.hstatus = clear(state.hstatus, hstatus::spv);
  core.set_mode(to);
  return state.sepc;
}

}  // namespace cyclevisor
