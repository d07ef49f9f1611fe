// What the guest's reads of its virtual CSRs must show, as far as the events tell.
#include "platform/observe/guest/guest_view.hpp"

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

/// The guest is about to be entered at its vector: what its mcause and mepc say then. In direct
/// mode an instruction that may have raised an exception leaves open what it was, and so does an
/// enabled external interrupt, whose level is not known here.
void GuestView::expect_cause(Guest& guest, const PendingTrap& pending,
                             std::optional<unsigned> interrupt, Cycle at) {
  const GuestState& state = guest.state;
  const bool external = state.enabled(GuestState::mei);
  if (!interrupt) {
    guest.mepc_known = state.vectored() || !external;
    guest.mcause = 0;  // which exception is not known
    guest.mcause_known = guest.mepc_known ? Trap::interrupt_bit : 0;
    return;
  }
  guest.mepc_known = state.vectored() || pending.completes;
  const bool pends = state.software_deliverable() || state.timer_deliverable(at);
  guest.mcause = Trap::interrupt_bit | *interrupt;
  guest.mcause_known = !guest.mepc_known                          ? 0
                       : state.vectored() || (pends && !external) ? all_bits
                                                                  : Trap::interrupt_bit;
}

/// MTIP is a level: mtime >= mtimecmp. The virtual hart looked at it between trap and return.
void GuestView::expect_mip(const Guest& guest, GuestCsrRead& read) const {
  const GuestState& state = guest.state;
  const std::uint64_t end = clock_.mtime(read.done) + state.mtime_offset;
  const std::uint64_t begin = clock_.mtime(read.cycle) + state.mtime_offset - state.offset_slack;
  read.known = bit(GuestState::msi);
  read.expected = state.msip ? bit(GuestState::msi) : 0;
  if (end < begin) return;  // mtime went through 0 meanwhile
  const bool high = begin >= state.mtimecmp;
  if (high || end < state.mtimecmp) read.known |= bit(GuestState::mti);
  if (high) read.expected |= bit(GuestState::mti);
}

void GuestView::report_csr_read(Guest& guest, const PendingTrap& pending, const TrapReturn& event) {
  const TrappedInstruction& wanted = pending.instruction;
  const bool writes = wanted.update != TrappedInstruction::Update::none;
  GuestCsrRead read;
  read.vm = guest.number;
  read.cycle = pending.cycle;
  read.done = event.cycle;
  read.csr = wanted.csr;
  read.value = event.x[wanted.rd];
  if (wanted.csr == guest_csr::mip) {
    expect_mip(guest, read);
  } else if (wanted.csr == guest_csr::mcause) {
    read.known = guest.mcause_known;
    read.expected = guest.mcause & guest.mcause_known;
    // Which codes mcause can hold is the hart's business (WLRL).
    if (writes) guest.mcause_known = 0;
  } else if (GuestState::shadows_csr(wanted.csr)) {
    const bool open = wanted.csr == guest_csr::mepc && !guest.mepc_known;
    read.known = open ? 0 : shadowed_bits(wanted.csr);
    read.expected = pending.expected & read.known;
    if (wanted.csr == guest_csr::mepc && writes) guest.mepc_known = true;
  }
  if (wanted.rd == 0 || read.known == 0) return;
  tell([&](GuestObserver& o) { o.csr_read(read); });
}

}  // namespace cyclevisor
