// A guest in M-mode on the hart itself: it owns the physical timer, and its own instructions
// retire.
#include "models/base/virt_map.hpp"
#include "platform/observe/guest/guest_source.hpp"

namespace cyclevisor {
namespace {

class MachineSource : public GuestSource {
 public:
  using GuestSource::GuestSource;

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  void on(const BusTransfer& event) override { bus_began_ = event.cycle; }
  /// Plain instructions only to see the first one of a handler.
  Retirements wants(PrivilegeMode) const override {
    return guest_.at_vector() ? Retirements::all : Retirements::unusual;
  }

 private:
  void csr_instruction(const Retire& event);
  void timer_access(const Retire& event);
  void read_mtime(const MemoryAccess& access, TimerLocation location, Cycle done) const;

  Cycle bus_began_;  ///< the last device access of the hart
};

void MachineSource::on(const Retire& event) {
  if (guest_.at_vector()) guest_.start_handler(event.cycle);
  csr_instruction(event);
  if (event.access.kind != MemoryAccess::Kind::none &&
      event.access.physical.value - virt::timer_base < virt::timer_bytes) {
    timer_access(event);
  }
}

void MachineSource::csr_instruction(const Retire& event) {
  constexpr std::uint32_t opcode_mask = 0x7f;
  constexpr std::uint32_t opcode_system = 0x73;
  if ((event.instruction & opcode_mask) != opcode_system) return;
  if (event.csr != Retire::no_csr) guest_.write_csr(event.csr, event.csr_value, event.cycle);
  const unsigned number = event.instruction >> 20;
  const bool is_csr = ((event.instruction >> 12) & 3) != 0;
  if (!is_csr || event.rd == 0) return;
  if (number == guest_csr::mcause) {
    guest_.tell(
        [&](GuestObserver& o) { o.cause_read(guest_.number(), event.cycle, event.rd_value); });
  } else if (number == guest_csr::time) {
    guest_.read_time(event);
  }
}

void MachineSource::read_mtime(const MemoryAccess& access, TimerLocation location,
                               Cycle done) const {
  GuestTimeRead read;
  read.vm = guest_.number();
  read.cycle = bus_began_;
  read.done = done;
  read.offset = location.offset;
  read.bytes = access.bytes;
  read.value = access.value;
  read.first = guest_.clock().mtime(bus_began_);
  read.last = guest_.clock().mtime(done);
  guest_.tell([&](GuestObserver& o) { o.time_read(read); });
}

void MachineSource::timer_access(const Retire& event) {
  const MemoryAccess& access = event.access;
  const auto location = timer_location(access.physical.value, access.bytes);
  if (!location) return;
  if (access.kind == MemoryAccess::Kind::load && location->reg == GuestTimerRegister::mtime) {
    read_mtime(access, *location, event.cycle);
    return;
  }
  GuestTimerAccess report;
  report.vm = guest_.number();
  report.cycle = report.done = event.cycle;
  report.reg = location->reg;
  report.offset = location->offset;
  report.bytes = access.bytes;
  report.store = access.kind == MemoryAccess::Kind::store;
  report.value = access.value;
  const GuestState& state = guest_.state();
  if (report.store) {
    // A store to mtime has set the clock with its bus transfer.
    guest_.store_timer(*location, access.bytes, access.value, event.cycle);
  } else if (location->reg == GuestTimerRegister::mtimecmp) {
    // Retire gives the value before its extension to the register.
    report.expected = extract_bytes(state.mtimecmp, location->offset, access.bytes);
  } else {
    report.expected = extract_bytes(state.msip ? 1 : 0, location->offset, access.bytes);
  }
  guest_.tell([&](GuestObserver& o) { o.timer_access(report); });
}

void MachineSource::on(const Trap& event) {
  if (event.to == PrivilegeMode::machine) guest_.take_trap(event.cause, event);
}

void MachineSource::on(const TrapReturn& event) {
  if (event.from != PrivilegeMode::machine) return;
  guest_.leave(event.cycle);
  guest_.tell([&](GuestObserver& o) { o.handler_returned(guest_.number(), event.cycle); });
}

}  // namespace

std::unique_ptr<GuestSource> machine_source(GuestShadow& guest, const Arrangement& arrangement) {
  return std::make_unique<MachineSource>(guest, arrangement);
}

}  // namespace cyclevisor
