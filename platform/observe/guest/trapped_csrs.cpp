#include "platform/observe/guest/trapped_csrs.hpp"

namespace cyclevisor {
namespace {

constexpr std::uint64_t bit(unsigned number) { return std::uint64_t{1} << number; }

constexpr std::uint64_t all_bits = ~std::uint64_t{0};
constexpr std::uint64_t interrupt_enables =
    bit(GuestState::msi) | bit(GuestState::mti) | bit(GuestState::mei);
// MIE, MPIE, MPP and MPRV.
constexpr std::uint64_t status_fields = bit(3) | bit(7) | bit(11) | bit(12) | bit(17);

/// The bits of a shadowed CSR that the shadow knows.
std::uint64_t shadowed_bits(unsigned csr) {
  if (csr == guest_csr::mstatus) return status_fields;
  if (csr == guest_csr::mie) return interrupt_enables;
  if (csr == guest_csr::mtvec) return all_bits << 2;  // which MODE a reserved one becomes is open
  return all_bits;
}

}  // namespace

/// In direct mode an instruction that may have raised an exception leaves open what it was, and so
/// does an enabled external interrupt, whose level is not known here.
void TrappedCsrs::expect_cause(std::optional<unsigned> interrupt, bool sure, Cycle since,
                               Cycle at) {
  const GuestState& state = guest_.state();
  const bool external = state.enabled(GuestState::mei);
  if (!interrupt) {
    mepc_known_ = sure || state.vectored() || !external;
    mcause_ = 0;  // which exception is not known
    mcause_known_ = mepc_known_ ? Trap::interrupt_bit : 0;
    return;
  }
  mepc_known_ = state.vectored() || sure;
  const bool pends = state.software_deliverable() || state.timer_deliverable(since, at);
  mcause_ = Trap::interrupt_bit | *interrupt;
  mcause_known_ = !mepc_known_                               ? 0
                  : state.vectored() || (pends && !external) ? all_bits
                                                             : Trap::interrupt_bit;
}

/// MTIP is a level: mtime >= mtimecmp. The virtual hart looked at it between trap and return.
void TrappedCsrs::expect_mip(GuestCsrRead& read) const {
  const GuestState& state = guest_.state();
  const MachineClock& clock = guest_.clock();
  const std::uint64_t end = clock.mtime(read.done) + state.mtime_offset;
  const std::uint64_t begin = clock.mtime(read.cycle) + state.mtime_offset - state.offset_slack;
  read.known = bit(GuestState::msi);
  read.expected = state.msip ? bit(GuestState::msi) : 0;
  if (end < begin) return;  // mtime went through 0 meanwhile
  const bool high = begin >= state.mtimecmp;
  if (high || end < state.mtimecmp) read.known |= bit(GuestState::mti);
  if (high) read.expected |= bit(GuestState::mti);
}

void TrappedCsrs::accessed(const TrappedInstruction& wanted, const Access& access) {
  const bool writes = wanted.update != TrappedInstruction::Update::none;
  GuestCsrRead read;
  read.vm = guest_.number();
  read.cycle = access.cycle;
  read.done = access.done;
  read.csr = wanted.csr;
  read.value = access.value;
  if (wanted.csr == guest_csr::mip) {
    expect_mip(read);
  } else if (wanted.csr == guest_csr::mcause) {
    read.known = mcause_known_;
    read.expected = mcause_ & mcause_known_;
    // Which codes mcause can hold is left to the hart (WLRL).
    if (writes) mcause_known_ = 0;
  } else if (GuestState::shadows_csr(wanted.csr)) {
    const bool open = wanted.csr == guest_csr::mepc && !mepc_known_;
    read.known = open ? 0 : shadowed_bits(wanted.csr);
    read.expected = access.shadowed & read.known;
    if (wanted.csr == guest_csr::mepc && writes) mepc_known_ = true;
  }
  if (wanted.rd == 0 || read.known == 0) return;
  guest_.tell([&](GuestObserver& o) { o.csr_read(read); });
}

}  // namespace cyclevisor
