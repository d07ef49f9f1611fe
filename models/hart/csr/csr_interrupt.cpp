// mip and mie and their views: sie/sip masked by mideleg, hie/hip, vsie/vsip masked by hideleg with
// the VS-level bits shifted to the supervisor's positions; and the Sstc comparators.
#include "models/hart/csr/csr_file.hpp"

namespace cyclevisor {
namespace {

/// A register's view of mie or mip: which bits it shows, and how far they are shifted right.
struct View {
  std::uint64_t bits;
  unsigned shift;
};

View view_of(const CsrRow& row, const CsrState& state) {
  switch (row.number) {
    case csr::sie:
    case csr::sip:
      return {state.mideleg & interrupt::supervisor, 0};
    case csr::hie:
    case csr::hip:
      return {interrupt::virtual_supervisor, 0};
    case csr::vsie:
    case csr::vsip:
      return {state.hideleg & interrupt::virtual_supervisor, 1};
    default:
      return {~std::uint64_t{0}, 0};
  }
}

}  // namespace

std::uint64_t CsrFile::read_interrupts(const CsrRow& row, std::uint64_t bits) const {
  const View view = view_of(row, state);
  return (bits & view.bits) >> view.shift;
}

void CsrFile::write_interrupt_enable(const CsrRow& row, std::uint64_t value) {
  const View view = view_of(row, state);
  state.mie = (state.mie & ~view.bits) | ((value << view.shift) & view.bits);
}

void CsrFile::write_interrupt_pending(const CsrRow& row, std::uint64_t value) {
  const View view = view_of(row, state);
  std::uint64_t writable = (writable_bits(row, config_) << view.shift) & view.bits;
  // STIP is read-only while a comparator drives it (Sstc, "Supervisor Timer Register").
  if ((state.menvcfg & envcfg::stce) != 0) writable &= ~interrupt::sti;
  value <<= view.shift;
  const std::uint64_t injected = writable & interrupt::vssi;
  const std::uint64_t software = writable & interrupt::supervisor;
  state.hvip = (state.hvip & ~injected) | (value & injected);
  state.mip_software = (state.mip_software & ~software) | (value & software);
}

void CsrFile::update_timer(Cycle at) {
  comparators_ = 0;
  next_timer_event_ = Cycle::never();
  if ((state.menvcfg & envcfg::stce) == 0) return;
  // While the comparator drives STIP there is no software bit.
  state.mip_software &= ~interrupt::sti;
  const std::uint64_t time = time_.mtime(at);
  add_comparator(time, 0, state.stimecmp, interrupt::sti);
  if (has(Extension::h) && (state.henvcfg & envcfg::stce) != 0) {
    add_comparator(time, state.htimedelta, state.vstimecmp, interrupt::vsti);
  }
}

void CsrFile::add_comparator(std::uint64_t time, std::uint64_t offset, std::uint64_t compare,
                             std::uint64_t pending_bit) {
  const std::uint64_t seen = time + offset;
  std::uint64_t ticks;
  if (seen >= compare) {
    comparators_ |= pending_bit;
    ticks = 0 - seen;  // until the sum wraps around to 0 and the comparison fails again
  } else {
    ticks = compare - seen;
  }
  const std::uint64_t target = time + ticks;
  if (target <= time) return;  // beyond the end of mtime's 64 bits
  const Cycle change = time_.cycle_of(target);
  if (change < next_timer_event_) next_timer_event_ = change;
}

}  // namespace cyclevisor
