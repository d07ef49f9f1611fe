// The part of GuestView for a native run: the guest is the only software and runs in M-mode itself.
#include "platform/observe/guest/guest_view.hpp"

namespace cyclevisor {

void GuestView::native_csr(Guest& guest, const Retire& event) {
  constexpr std::uint32_t opcode_mask = 0x7f;
  constexpr std::uint32_t opcode_system = 0x73;
  if ((event.instruction & opcode_mask) != opcode_system) return;
  if (event.csr != Retire::no_csr) {
    update(guest, event.cycle,
           [&](GuestState& state) { state.write_csr(event.csr, event.csr_value); });
  }
  const unsigned number = event.instruction >> 20;
  const bool is_csr = ((event.instruction >> 12) & 3) != 0;
  if (!is_csr || event.rd == 0) return;
  if (number == guest_csr::mcause) {
    tell([&](GuestObserver& o) { o.cause_read(guest.number, event.cycle, event.rd_value); });
  } else if (number == guest_csr::time) {
    native_time_read(guest, event);
  }
}

/// The CSR `time`.
void GuestView::native_time_read(const Guest& guest, const Retire& event) {
  GuestTimeRead read;
  read.vm = guest.number;
  read.cycle = read.done = event.cycle;
  read.value = event.rd_value;
  read.first = read.last = clock_.mtime(event.cycle);
  tell([&](GuestObserver& o) { o.time_read(read); });
}

void GuestView::native_timer_access(Guest& guest, const Retire& event) {
  const MemoryAccess& access = event.access;
  const auto place = timer_place(access.physical.value, access.bytes);
  if (!place) return;
  if (access.kind == MemoryAccess::Kind::load && place->reg == GuestTimerRegister::mtime) {
    GuestTimeRead read;
    read.vm = guest.number;
    read.cycle = bus_began_;
    read.done = event.cycle;
    read.offset = place->offset;
    read.bytes = access.bytes;
    read.value = access.value;
    read.first = clock_.mtime(bus_began_);
    read.last = clock_.mtime(event.cycle);
    tell([&](GuestObserver& o) { o.time_read(read); });
    return;
  }
  GuestTimerAccess report;
  report.vm = guest.number;
  report.cycle = report.done = event.cycle;
  report.reg = place->reg;
  report.offset = place->offset;
  report.bytes = access.bytes;
  report.store = access.kind == MemoryAccess::Kind::store;
  report.value = access.value;
  if (report.store) {
    store_timer(guest, *place, access.bytes, access.value, event.cycle);
  } else if (place->reg == GuestTimerRegister::mtimecmp) {
    // Retire gives the value before its extension to the register.
    report.expected = extract_bytes(guest.state.mtimecmp, place->offset, access.bytes);
  } else {
    report.expected = extract_bytes(guest.state.msip ? 1 : 0, place->offset, access.bytes);
  }
  tell([&](GuestObserver& o) { o.timer_access(report); });
}

void GuestView::native_retire(Guest& guest, const Retire& event) {
  native_csr(guest, event);
  if (event.access.kind != MemoryAccess::Kind::none &&
      event.access.physical.value - timer_page < timer_page_bytes) {
    native_timer_access(guest, event);
  }
}

}  // namespace cyclevisor
