// The control and status registers of one hart: reads and writes with all checks, and the interrupt
// state that the registers form together.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "models/base/types.hpp"
#include "models/hart/base/config.hpp"
#include "models/hart/base/exception.hpp"
#include "models/hart/base/ports.hpp"
#include "models/hart/csr/csr_number.hpp"
#include "models/hart/csr/csr_state.hpp"
#include "models/hart/csr/csr_table.hpp"
#include "models/mmu/pmp.hpp"

namespace cyclevisor {

/// The kind of CSR access that a Zicsr instruction makes, for access checks.
enum class CsrAccess : std::uint8_t { read, write };

class CsrFile {
 public:
  CsrFile(const HartConfig& config, TimeSource& time);

  void reset();

  /// The exception that an access from `mode` raises, if any: illegal instruction or virtual
  /// instruction. `write` includes accesses that also read.
  std::optional<ExceptionCause> check(std::uint16_t number, CsrAccess access,
                                      PrivilegeMode mode) const;

  /// The CSR that the number selects in this mode: with V=1 the virtual supervisor CSR.
  const CsrRow& resolve(std::uint16_t number, PrivilegeMode mode) const;

  /// Reads or writes a CSR that passed `check`, as an instruction that leaves the memory stage in
  /// cycle `at` does.
  std::uint64_t read(const CsrRow& row, PrivilegeMode mode, Cycle at);
  void write(const CsrRow& row, PrivilegeMode mode, Cycle at, std::uint64_t value);

  /// The value in which csrrs and csrrc set and clear bits. It differs from `read` only where a bit
  /// of mip is the OR of an interrupt line and a software bit ("Machine Interrupt Registers",
  /// SEIP).
  std::uint64_t read_for_modify(const CsrRow& row, PrivilegeMode mode, Cycle at);

  /// The row of a CSR, or null if this hart does not have it.
  const CsrRow* row(std::uint16_t number) const { return rows_[number]; }

  CsrState state;
  PmpUnit pmp;
  /// Instructions retired since reset.
  std::uint64_t retired = 0;

  /// mip: the OR of interrupt lines, software bits, injected bits and comparators.
  std::uint64_t pending() const {
    return state.interrupt_lines | state.mip_software | state.hvip | comparators_;
  }

  /// Evaluates the Sstc comparators for cycle `at`.
  void update_timer(Cycle at);
  /// The first cycle in which they change if no register is written.
  Cycle next_timer_event() const { return next_timer_event_; }

  bool has(Extension extension) const { return config_.extensions.contains(extension); }
  const HartConfig& config() const { return config_; }

 private:
  bool guard_permits(CsrGuard guard, PrivilegeMode mode) const;
  bool guard_permits_virtual(CsrGuard guard, PrivilegeMode mode) const;
  void add_comparator(std::uint64_t time, std::uint64_t offset, std::uint64_t compare,
                      std::uint64_t pending_bit);
  /// The bits of henvcfg except those that are read-only zero because they are 0 in menvcfg.
  std::uint64_t henvcfg_bits() const;
  std::uint64_t identity(std::uint16_t number) const;
  std::uint64_t read_interrupts(const CsrRow& row, std::uint64_t bits) const;
  void write_interrupt_enable(const CsrRow& row, std::uint64_t value);
  void write_interrupt_pending(const CsrRow& row, std::uint64_t value);
  void write_mstatus(std::uint64_t mask, std::uint64_t value);
  void write_translation(const CsrRow& row, PrivilegeMode mode, std::uint64_t value);
  void write_count_inhibit(std::uint64_t value, Cycle at);

  HartConfig config_;
  TimeSource& time_;
  std::array<const CsrRow*, csr::count> rows_{};
  EventCounter cycle_counter_;
  EventCounter retired_counter_;
  std::uint64_t comparators_ = 0;  ///< STIP and VSTIP as driven by Sstc
  Cycle next_timer_event_ = Cycle::never();
};

}  // namespace cyclevisor
