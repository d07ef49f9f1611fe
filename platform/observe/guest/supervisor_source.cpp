// A guest in S-mode behind an M-mode firmware. Its timer is what it asks of the firmware (SBI), or
// its own stimecmp (Sstc); its interrupts are those that are delegated to it. It is shown one
// privilege level up: a set_timer call or a write of stimecmp as a store of mtimecmp, sret as mret.
#include <optional>

#include "platform/observe/guest/guest_source.hpp"
#include "platform/observe/guest/supervisor_registers.hpp"

namespace cyclevisor {
namespace {

class SupervisorSource : public GuestSource {
 public:
  using GuestSource::GuestSource;

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  /// Plain instructions only to see the first one of a handler.
  Retirements wants(PrivilegeMode mode) const override {
    return arrangement_.is_guest(mode) && guest_.at_vector() ? Retirements::all
                                                             : Retirements::unusual;
  }

 private:
  /// A trap to the firmware, which has not gone back.
  struct FirmwareCall {
    Cycle cycle;
    std::uint64_t epc = 0;
    bool sets_timer = false;
  };

  void write_csr(const Retire& event);
  void set_timer(std::uint64_t value, Cycle at) {
    guest_.store_timer({GuestTimerRegister::mtimecmp, 0}, 8, value, at);
  }
  void tell_timer(Cycle at, Cycle done) const;

  std::optional<FirmwareCall> call_;
};

void SupervisorSource::tell_timer(Cycle at, Cycle done) const {
  GuestTimerAccess access;
  access.vm = guest_.number();
  access.cycle = at;
  access.done = done;
  access.reg = GuestTimerRegister::mtimecmp;
  access.bytes = 8;
  access.store = true;
  access.value = guest_.state().mtimecmp;
  guest_.tell([&](GuestObserver& o) { o.timer_access(access); });
}

void SupervisorSource::on(const Retire& event) {
  constexpr std::uint32_t opcode_mask = 0x7f;
  constexpr std::uint32_t opcode_system = 0x73;
  const bool own = arrangement_.is_guest(event.mode);
  if (own && guest_.at_vector()) guest_.start_handler(event.cycle);
  if ((event.instruction & opcode_mask) != opcode_system) return;
  if (event.csr != Retire::no_csr) write_csr(event);
  const unsigned number = event.instruction >> 20;
  const bool is_csr = ((event.instruction >> 12) & 3) != 0;
  if (!own || !is_csr || event.rd == 0) return;
  const auto read = as_machine_csr(number, event.rd_value);
  if (read && read->number == guest_csr::mcause) {
    guest_.tell([&](GuestObserver& o) { o.cause_read(guest_.number(), event.cycle, read->value); });
  } else if (number == guest_csr::time) {
    guest_.read_time(event);
  }
}

void SupervisorSource::write_csr(const Retire& event) {
  constexpr unsigned csr_stimecmp = 0x14d;
  if (event.csr == csr_stimecmp) {
    const bool own = arrangement_.is_guest(event.mode);
    // With Sstc the firmware does by it what the guest has just asked for.
    const bool asked = !own && call_ && call_->sets_timer;
    if (!asked) set_timer(event.csr_value, event.cycle);
    if (own) tell_timer(event.cycle, event.cycle);
  } else if (const auto written = as_machine_csr(event.csr, event.csr_value)) {
    guest_.write_csr(written->number, written->value, event.cycle);
  }
}

void SupervisorSource::on(const Trap& event) {
  if (!arrangement_.is_guest(event.from)) return;  // within the firmware
  if (event.to == PrivilegeMode::supervisor) {
    guest_.take_trap(as_machine_cause(event.cause), event);
    return;
  }
  // To the firmware, which goes back to where it came from, or to the guest's vector.
  FirmwareCall call;
  call.cycle = event.cycle;
  call.epc = event.epc.value;
  if (const auto deadline = timer_call(event)) {
    call.sets_timer = true;
    set_timer(*deadline, event.cycle);
  }
  call_ = call;
}

void SupervisorSource::on(const TrapReturn& event) {
  if (event.from == PrivilegeMode::supervisor) {
    guest_.leave(event.cycle);
    guest_.tell([&](GuestObserver& o) { o.handler_returned(guest_.number(), event.cycle); });
    return;
  }
  if (!arrangement_.is_guest(event.to)) return;
  guest_.update(event.cycle,
                [&](GuestState& state) { state.user = event.to == PrivilegeMode::user; });
  if (!call_) return;
  const FirmwareCall call = *call_;
  call_.reset();
  if (call.sets_timer) {
    tell_timer(call.cycle, event.cycle);
  } else if (event.target.value == guest_.state().base() && call.epc != event.target.value) {
    // An exception that the firmware passes on: it has written sepc and sstatus itself.
    guest_.begin_exception(event.target.value, event.cycle);
  }
}

}  // namespace

std::unique_ptr<GuestSource> supervisor_source(GuestShadow& guest, const Arrangement& arrangement) {
  return std::make_unique<SupervisorSource>(guest, arrangement);
}

}  // namespace cyclevisor
