// CSR access checks (privileged specification, "CSR Address Mapping Conventions", "Virtual
// Instruction Exceptions", and the registers that restrict CSR access from lower privileges).
#include "models/hart/csr/csr_file.hpp"

namespace cyclevisor {
namespace {

std::uint64_t counter_bit(CsrGuard guard) {
  switch (guard) {
    case CsrGuard::counter_cycle:
      return counter::cy;
    case CsrGuard::counter_instret:
      return counter::ir;
    default:
      return counter::tm;
  }
}

}  // namespace

std::optional<ExceptionCause> CsrFile::check(std::uint16_t number, CsrAccess access,
                                             PrivilegeMode mode) const {
  const CsrRow* row = rows_[number];
  if (row == nullptr) return ExceptionCause::illegal_instruction;
  if (access == CsrAccess::write && csr::is_read_only(number)) {
    return ExceptionCause::illegal_instruction;
  }
  if (mode == PrivilegeMode::machine) return std::nullopt;

  const unsigned required = csr::privilege(number);
  if (!is_virtual(mode)) {
    const unsigned held = mode == PrivilegeMode::supervisor ? 2 : 0;
    if (required > held || !guard_permits(row->guard, mode)) {
      return ExceptionCause::illegal_instruction;
    }
    return std::nullopt;
  }
  // An access that HS-mode would not be allowed either (with TVM = 0) is an illegal instruction;
  // one that only virtualization forbids is a virtual instruction.
  if (required == 3 || !guard_permits(row->guard, mode)) {
    return ExceptionCause::illegal_instruction;
  }
  const unsigned held = mode == PrivilegeMode::virtual_supervisor ? 1 : 0;
  if (required > held || !guard_permits_virtual(row->guard, mode)) {
    return ExceptionCause::virtual_instruction;
  }
  return std::nullopt;
}

bool CsrFile::guard_permits(CsrGuard guard, PrivilegeMode mode) const {
  switch (guard) {
    case CsrGuard::none:
      return true;
    case CsrGuard::satp:
    case CsrGuard::hgatp:
      return mode != PrivilegeMode::supervisor || (state.mstatus & mstatus::tvm) == 0;
    case CsrGuard::supervisor_timer:
      return (state.menvcfg & envcfg::stce) != 0 && (state.mcounteren & counter::tm) != 0;
    case CsrGuard::counter_cycle:
    case CsrGuard::counter_time:
    case CsrGuard::counter_instret: {
      const std::uint64_t needed = counter_bit(guard);
      if ((state.mcounteren & needed) == 0) return false;
      const bool supervisor_decides = mode == PrivilegeMode::user && has(Extension::s);
      return !supervisor_decides || (state.scounteren & needed) != 0;
    }
  }
  return true;
}

bool CsrFile::guard_permits_virtual(CsrGuard guard, PrivilegeMode mode) const {
  switch (guard) {
    case CsrGuard::none:
    case CsrGuard::hgatp:
      return true;
    case CsrGuard::satp:
      return (state.hstatus & hstatus::vtvm) == 0;
    case CsrGuard::supervisor_timer:
      return (state.henvcfg & state.menvcfg & envcfg::stce) != 0 &&
             (state.hcounteren & counter::tm) != 0;
    case CsrGuard::counter_cycle:
    case CsrGuard::counter_time:
    case CsrGuard::counter_instret: {
      const std::uint64_t needed = counter_bit(guard);
      if ((state.hcounteren & needed) == 0) return false;
      return mode != PrivilegeMode::virtual_user || (state.scounteren & needed) != 0;
    }
  }
  return true;
}

const CsrRow& CsrFile::resolve(std::uint16_t number, PrivilegeMode mode) const {
  const CsrRow* row = rows_[number];
  if (is_virtual(mode) && row->virtual_counterpart != 0) row = rows_[row->virtual_counterpart];
  return *row;
}

}  // namespace cyclevisor
