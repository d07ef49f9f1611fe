// The table of control and status registers. Existence, access checks, writable bits, views and
// docs/csrs.md are derived from it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/hart/base/config.hpp"
#include "models/hart/csr/csr_state.hpp"

namespace cyclevisor {

/// Which harts have a CSR; on others an access is an illegal instruction.
enum class CsrPresence : std::uint8_t {
  always,
  user,             ///< U-mode
  supervisor,       ///< S-mode
  hypervisor,       ///< H
  zicntr,           ///< Zicntr
  sstc,             ///< Sstc
  sstc_hypervisor,  ///< Sstc and H
};

/// How the CSR is read and written.
enum class CsrKind : std::uint8_t {
  plain,              ///< stores the writable bits
  zero,               ///< reads 0; writes are ignored, unless the number is read-only
  identity,           ///< misa, mhartid: fixed by the configuration
  mstatus,            ///< MPP is WARL
  sstatus,            ///< view of mstatus
  interrupt_enable,   ///< view of mie through a delegation register
  interrupt_pending,  ///< view of mip through a delegation register
  hvip,               ///< injected interrupts
  trap_vector,        ///< mode 0 (direct) or 1 (vectored)
  exception_pc,       ///< bit 0, without C also bit 1, reads 0
  translation,        ///< satp, vsatp, hgatp: MODE is WARL
  environment,        ///< henvcfg: bits follow menvcfg
  count_inhibit,      ///< mcountinhibit
  cycle_counter,      ///< mcycle, cycle
  retired_counter,    ///< minstret, instret
  time_counter,       ///< time
  pmp_config,
  pmp_address,
};

/// Access conditions that depend on the hart's state, in addition to the privilege in the number.
enum class CsrGuard : std::uint8_t {
  none,
  counter_cycle,     ///< mcounteren, hcounteren, scounteren: CY
  counter_time,      ///< TM
  counter_instret,   ///< IR
  satp,              ///< mstatus.TVM, hstatus.VTVM
  hgatp,             ///< mstatus.TVM
  supervisor_timer,  ///< menvcfg.STCE and mcounteren.TM; henvcfg.STCE and hcounteren.TM
};

/// The side effect of a write.
enum class CsrEffect : std::uint8_t {
  none,
  address_space,  ///< translations; published as AddressSpace event
  protection,     ///< translations or permissions that may be cached
  timer,          ///< when `stimecmp` or `vstimecmp` matches
  timer_and_protection,
};

struct CsrRow {
  std::uint16_t number = 0;
  std::string name;
  CsrPresence presence = CsrPresence::always;
  CsrKind kind = CsrKind::plain;
  /// Where the value is stored; null for counters, PMP and fixed values.
  std::uint64_t CsrState::*storage = nullptr;
  /// The bits that are writable when every extension is present; the others keep their reset value.
  std::uint64_t write_mask = 0;
  CsrGuard guard = CsrGuard::none;
  CsrEffect effect = CsrEffect::none;
  /// The CSR that replaces it when V = 1 ("Virtual Supervisor Registers"), or 0.
  std::uint16_t virtual_counterpart = 0;
  std::string description;
  std::string section;  ///< of the privileged specification
};

/// The rows, ordered by number.
const std::vector<CsrRow>& csr_table();

/// The row of a number, or null.
const CsrRow* find_csr(std::uint16_t number);

/// The assembler name of a CSR, or null when there is none with this number.
const char* csr_name(std::uint16_t number);

/// Whether a hart of this configuration has the CSR.
bool is_present(const CsrRow& row, ExtensionSet extensions);

/// The bits of the row's mask that are writable on a hart of this configuration.
std::uint64_t writable_bits(const CsrRow& row, const HartConfig& config);

}  // namespace cyclevisor
