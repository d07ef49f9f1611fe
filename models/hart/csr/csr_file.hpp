// The control and status registers of one hart: reading and writing them with every check, and
// the interrupt state that they make up together.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "models/base/types.hpp"
#include "models/hart/config.hpp"
#include "models/hart/csr/csr_number.hpp"
#include "models/hart/csr/csr_state.hpp"
#include "models/hart/csr/csr_table.hpp"
#include "models/hart/execute/exception.hpp"
#include "models/hart/ports.hpp"
#include "models/mmu/pmp.hpp"

namespace cyclevisor {

/// What a Zicsr instruction does with the CSR, as far as access checks mind it.
enum class CsrAccess : std::uint8_t { read, write };

class CsrFile {
 public:
  CsrFile(const HartConfig& config, TimeSource& time);

  void reset();

  /// The exception that an access from `mode` raises, if any: illegal instruction or virtual
  /// instruction. `write` stands for reading and writing too.
  std::optional<ExceptionCause> check(std::uint16_t number, CsrAccess access,
                                      PrivilegeMode mode) const;

  /// The CSR that the number means in this mode: with V=1 the virtual supervisor's own.
  const CsrRow& resolve(std::uint16_t number, PrivilegeMode mode) const;

  /// Values of CSRs that passed `check`, as an instruction that leaves the memory stage in cycle
  /// `at` sees them, and what writing it there changes.
  std::uint64_t read(const CsrRow& row, PrivilegeMode mode, Cycle at);
  void write(const CsrRow& row, PrivilegeMode mode, Cycle at, std::uint64_t value);

  /// What csrrs and csrrc set and clear bits in. Differs from `read` only where a bit of mip is
  /// the OR of a line and a software bit ("Machine Interrupt Registers", SEIP).
  std::uint64_t read_for_modify(const CsrRow& row, PrivilegeMode mode, Cycle at);

  /// Whether this hart has the CSR.
  const CsrRow* row(std::uint16_t number) const { return rows_[number]; }

  CsrState state;
  PmpUnit pmp;
  /// Instructions retired since reset.
  std::uint64_t retired = 0;

  /// mip: lines, software bits, injected bits and comparators together.
  std::uint64_t pending() const {
    return state.interrupt_lines | state.mip_software | state.hvip | comparators_;
  }

  /// Brings the comparators of Sstc up to cycle `at`.
  void update_timer(Cycle at);
  /// The first cycle in which they change if nothing is written.
  Cycle next_timer_event() const { return next_timer_event_; }

  bool has(Extension extension) const { return config_.extensions.contains(extension); }
  const HartConfig& config() const { return config_; }

 private:
  bool guard_permits(CsrGuard guard, PrivilegeMode mode) const;
  bool guard_permits_virtual(CsrGuard guard, PrivilegeMode mode) const;
  void add_comparator(std::uint64_t time, std::uint64_t offset, std::uint64_t compare,
                      std::uint64_t pending_bit);
  /// The bits of henvcfg that are not read-only zero because menvcfg has them 0.
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
  std::uint64_t comparators_ = 0;  ///< STIP and VSTIP as Sstc drives them
  Cycle next_timer_event_ = Cycle::never();
};

}  // namespace cyclevisor
