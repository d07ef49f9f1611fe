#include "models/hart/csr/csr_file.hpp"

#include <stdexcept>

#include "models/mmu/pte.hpp"

namespace cyclevisor {

CsrFile::CsrFile(const HartConfig& config, TimeSource& time)
    : pmp(config.pmp_entries, config.physical_address_bits), config_(config), time_(time) {
  for (const CsrRow& row : csr_table()) {
    if (is_present(row, config.extensions)) rows_[row.number] = &row;
  }
  reset();
}

void CsrFile::reset() {
  state = CsrState{};
  if (has(Extension::h)) {
    state.hstatus = hstatus::vsxl_64;
    // Bits 10, 6 and 2 of mideleg are read-only one; bit 12 is only when GEILEN is not zero
    // ("Machine Interrupt Delegation (mideleg)" of the hypervisor chapter).
    state.mideleg = interrupt::virtual_supervisor;
  }
  if (!has(Extension::u)) state.mstatus = mstatus::mpp;
  if (!has(Extension::s)) state.mstatus &= ~mstatus::sxl_64;
  pmp.reset();
  retired = 0;
  cycle_counter_ = EventCounter();
  retired_counter_ = EventCounter();
  comparators_ = 0;
  next_timer_event_ = Cycle::never();
}

std::uint64_t CsrFile::identity(std::uint16_t number) const {
  if (number == csr::mhartid) return config_.hart_id;
  std::uint64_t misa = std::uint64_t{2} << 62;
  const auto letter = [&](Extension extension, char name) {
    if (has(extension)) misa |= bit(static_cast<unsigned>(name - 'a'));
  };
  letter(Extension::i, 'i');
  letter(Extension::m, 'm');
  letter(Extension::a, 'a');
  letter(Extension::c, 'c');
  letter(Extension::u, 'u');
  letter(Extension::s, 's');
  letter(Extension::h, 'h');
  return misa;
}

std::uint64_t CsrFile::read(const CsrRow& row, PrivilegeMode mode, Cycle at) {
  switch (row.kind) {
    case CsrKind::plain:
    case CsrKind::mstatus:
    case CsrKind::hvip:
    case CsrKind::trap_vector:
    case CsrKind::exception_pc:
    case CsrKind::translation:
    case CsrKind::count_inhibit:
      return state.*row.storage;
    case CsrKind::zero:
      return 0;
    case CsrKind::identity:
      return identity(row.number);
    case CsrKind::sstatus:
      return state.mstatus & (row.write_mask | (std::uint64_t{3} << 32));
    case CsrKind::interrupt_enable:
      return read_interrupts(row, state.mie);
    case CsrKind::interrupt_pending:
      return read_interrupts(row, pending());
    case CsrKind::environment:
      return state.henvcfg & henvcfg_bits();
    case CsrKind::cycle_counter:
      return cycle_counter_.value(at.value);
    case CsrKind::retired_counter:
      return retired_counter_.value(retired);
    case CsrKind::time_counter:
      return time_.mtime(at) + (is_virtual(mode) ? state.htimedelta : 0);
    case CsrKind::pmp_config:
      return pmp.read_config(row.number - csr::pmpcfg0);
    case CsrKind::pmp_address:
      return pmp.read_address(row.number - csr::pmpaddr0);
  }
  throw std::logic_error("CSR of unknown kind");
}

std::uint64_t CsrFile::read_for_modify(const CsrRow& row, PrivilegeMode mode, Cycle at) {
  if (row.kind != CsrKind::interrupt_pending) return read(row, mode, at);
  return read_interrupts(row, pending() & ~(state.interrupt_lines & interrupt::sei)) |
         read_interrupts(row, state.mip_software);
}

void CsrFile::write(const CsrRow& row, PrivilegeMode mode, Cycle at, std::uint64_t value) {
  const std::uint64_t mask = writable_bits(row, config_);
  switch (row.kind) {
    case CsrKind::plain:
    case CsrKind::hvip:
    case CsrKind::trap_vector:
    case CsrKind::exception_pc: {
      std::uint64_t& storage = state.*row.storage;
      storage = (storage & ~mask) | (value & mask);
      break;
    }
    case CsrKind::environment: {
      // Bits that are clear in menvcfg are read-only zero: a write does not change them.
      const std::uint64_t reached = mask & henvcfg_bits();
      state.henvcfg = (state.henvcfg & ~reached) | (value & reached);
      break;
    }
    case CsrKind::zero:
    case CsrKind::identity:
    case CsrKind::time_counter:
      break;
    case CsrKind::mstatus:
    case CsrKind::sstatus:
      write_mstatus(mask, value);
      break;
    case CsrKind::interrupt_enable:
      write_interrupt_enable(row, value);
      break;
    case CsrKind::interrupt_pending:
      write_interrupt_pending(row, value & mask);
      break;
    case CsrKind::translation:
      write_translation(row, mode, value & mask);
      break;
    case CsrKind::count_inhibit:
      write_count_inhibit(value & mask, at);
      break;
    case CsrKind::cycle_counter:
      cycle_counter_.set(value, at.value + 1);
      break;
    case CsrKind::retired_counter:
      // The retirement of the writing instruction itself is not counted.
      retired_counter_.set(value, retired + 1);
      break;
    case CsrKind::pmp_config:
      pmp.write_config(row.number - csr::pmpcfg0, value);
      break;
    case CsrKind::pmp_address:
      pmp.write_address(row.number - csr::pmpaddr0, value);
      break;
  }
  if (row.effect == CsrEffect::timer || row.effect == CsrEffect::timer_and_protection) {
    update_timer(at);
  }
}

std::uint64_t CsrFile::henvcfg_bits() const {
  return state.menvcfg | ~(envcfg::adue | envcfg::stce);
}

void CsrFile::write_mstatus(std::uint64_t mask, std::uint64_t value) {
  const std::uint64_t privilege = (value & mstatus::mpp) >> mstatus::mpp_shift;
  const bool exists = privilege == 3 || (privilege == 1 && has(Extension::s)) ||
                      (privilege == 0 && has(Extension::u));
  if (!exists) mask &= ~mstatus::mpp;
  state.mstatus = (state.mstatus & ~mask) | (value & mask);
}

void CsrFile::write_translation(const CsrRow& row, PrivilegeMode mode, std::uint64_t value) {
  std::uint64_t& storage = state.*row.storage;
  const auto requested = static_cast<unsigned>(atp::mode(value));
  const bool supported =
      requested == static_cast<unsigned>(atp::Mode::bare) ||
      (requested == static_cast<unsigned>(atp::Mode::sv39) &&
       config_.paging >= PagingLevels::sv39) ||
      (requested == static_cast<unsigned>(atp::Mode::sv48) && config_.paging >= PagingLevels::sv48);
  if (!supported) {
    // "if satp is written with an unsupported MODE, the entire write has no effect". The same holds
    // for vsatp with V=1, while hgatp, and vsatp with V=0, are WARL field by field.
    if (row.number == csr::satp || is_virtual(mode)) return;
    const std::uint64_t mode_mask = ~std::uint64_t{0} << atp::mode_shift;
    value = (value & ~mode_mask) | (storage & mode_mask);
  }
  storage = value;
}

void CsrFile::write_count_inhibit(std::uint64_t value, Cycle at) {
  const auto apply = [&](std::uint64_t mask, EventCounter& counter, std::uint64_t next) {
    if ((value & mask) != 0) {
      counter.stop(next);
    } else {
      counter.start(next);
    }
  };
  apply(counter::cy, cycle_counter_, at.value + 1);
  apply(counter::ir, retired_counter_, retired + 1);
  state.mcountinhibit = value;
}

}  // namespace cyclevisor
