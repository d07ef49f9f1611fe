// A guest in an unprivileged mode of the hart: its privileged instructions and device accesses trap
// to a hypervisor, which answers them on a virtual hart with M-mode. Nothing here looks at the
// hypervisor's data: a trap says what the guest asked for, and the return after it what it got.
#include <optional>

#include "platform/observe/guest/guest_source.hpp"
#include "platform/observe/guest/trapped_csrs.hpp"
#include "platform/observe/guest/trapped_instruction.hpp"

namespace cyclevisor {
namespace {

using Kind = TrappedInstruction::Kind;
using Update = TrappedInstruction::Update;

std::uint64_t updated(std::uint64_t old, const TrappedInstruction& instruction) {
  switch (instruction.update) {
    case Update::write:
      return instruction.operand;
    case Update::set:
      return old | instruction.operand;
    case Update::clear:
      return old & ~instruction.operand;
    case Update::none:
      break;
  }
  return old;
}

struct PendingTrap {
  Cycle cycle;
  std::uint64_t epc = 0;
  IntegerRegisters x{};
  TrappedInstruction instruction;
  std::optional<TimerLocation> location;  ///< of a load or store in the timer's page
  bool completes = false;  ///< the virtual hart must execute it: no exception can follow
  bool applied = false;    ///< its effect is in the shadow already
  std::uint64_t resume = 0;
  std::uint64_t expected = 0;
};

class TrappedSource : public GuestSource {
 public:
  TrappedSource(GuestShadow& guest, const Arrangement& arrangement)
      : GuestSource(guest, arrangement), csrs_(guest) {}

  void on(const Retire& event) override;
  void on(const Trap& event) override;
  void on(const TrapReturn& event) override;
  /// Only the first instruction of a handler. Asked whenever a guest begins or ends to run.
  Retirements wants(PrivilegeMode mode) const override {
    return arrangement_.is_guest(mode) && guest_.at_vector() ? Retirements::all : Retirements::none;
  }

 private:
  void examine(const Trap& event, PendingTrap& pending) const;
  void apply(PendingTrap& pending);
  void store_to_timer(TimerLocation location, const TrappedInstruction& wanted, Cycle at);
  void complete(PendingTrap& pending, const TrapReturn& event);
  void report_result(const PendingTrap& pending, const TrapReturn& event);
  void report_time_read(const PendingTrap& pending, const TrapReturn& event, unsigned offset,
                        unsigned bytes) const;
  /// The number of the interrupt that explains an entry at `target`; nothing when it is none.
  std::optional<unsigned> entered_by(const PendingTrap& pending, std::uint64_t target,
                                     Cycle at) const;

  TrappedCsrs csrs_;
  std::optional<PendingTrap> pending_;
};

void TrappedSource::on(const Retire& event) {
  if (arrangement_.is_guest(event.mode) && guest_.at_vector()) guest_.start_handler(event.cycle);
}

void TrappedSource::on(const Trap& event) {
  if (!arrangement_.is_guest(event.from)) return;
  PendingTrap& pending = pending_.emplace();
  examine(event, pending);
  if (pending.completes) apply(pending);
  if (pending.instruction.kind == Kind::wfi) {
    guest_.tell([&](GuestObserver& o) { o.sleep_changed(guest_.number(), event.cycle, true); });
  }
}

void TrappedSource::on(const TrapReturn& event) {
  if (!arrangement_.is_guest(event.to) || !pending_) return;
  PendingTrap& pending = *pending_;
  if (pending.instruction.kind == Kind::wfi) {
    guest_.tell([&](GuestObserver& o) { o.sleep_changed(guest_.number(), event.cycle, false); });
  }
  complete(pending, event);
  pending_.reset();
}

void TrappedSource::examine(const Trap& event, PendingTrap& pending) const {
  pending.cycle = event.cycle;
  pending.epc = event.epc.value;
  pending.x = event.x;
  pending.instruction = trapped_instruction(event);
  const TrappedInstruction& wanted = pending.instruction;
  pending.resume = pending.epc + wanted.length;
  switch (wanted.kind) {
    case Kind::interrupt:
      pending.completes = true;
      break;
    case Kind::csr:
      pending.completes = !guest_.state().user &&
                          (GuestState::shadows_csr(wanted.csr) || wanted.csr == guest_csr::mcause);
      break;
    case Kind::mret:
      pending.completes = !guest_.state().user;
      if (pending.completes) pending.resume = guest_.state().mepc;
      break;
    case Kind::wfi:
      pending.completes = !guest_.state().user;
      break;
    case Kind::load:
    case Kind::store:
      pending.location = timer_location(wanted.address, wanted.bytes);
      // The timer takes aligned words and doublewords; of anything else, and of what the guest's
      // PMP refuses, the hypervisor makes an exception.
      pending.completes = pending.location.has_value() && wanted.bytes >= 4 &&
                          wanted.address % wanted.bytes == 0 &&
                          guest_.state().may_access(
                              wanted.address, wanted.bytes,
                              wanted.kind == Kind::load ? AccessType::load : AccessType::store);
      break;
    case Kind::other:
      break;
  }
}

void TrappedSource::apply(PendingTrap& pending) {
  const TrappedInstruction& wanted = pending.instruction;
  pending.applied = true;
  switch (wanted.kind) {
    case Kind::csr:
      pending.expected = guest_.state().read_csr(wanted.csr);
      if (wanted.update != Update::none) {
        guest_.write_csr(wanted.csr, updated(pending.expected, wanted), pending.cycle);
      }
      break;
    case Kind::mret:
      guest_.leave(pending.cycle);
      break;
    case Kind::load:
      if (pending.location && pending.location->reg != GuestTimerRegister::mtime) {
        const std::uint64_t whole = pending.location->reg == GuestTimerRegister::mtimecmp
                                        ? guest_.state().mtimecmp
                                        : (guest_.state().msip ? 1 : 0);
        pending.expected = extended(extract_bytes(whole, pending.location->offset, wanted.bytes),
                                    wanted.bytes, wanted.sign_extended);
      }
      break;
    case Kind::store:
      if (pending.location) store_to_timer(*pending.location, wanted, pending.cycle);
      break;
    default:
      break;
  }
}

void TrappedSource::store_to_timer(TimerLocation location, const TrappedInstruction& wanted,
                                   Cycle at) {
  if (location.reg == GuestTimerRegister::mtime) {
    guest_.store_mtime(location, wanted.bytes, wanted.value, at);
  } else {
    guest_.store_timer(location, wanted.bytes, wanted.value, at);
  }
}

std::optional<unsigned> TrappedSource::entered_by(const PendingTrap& pending, std::uint64_t target,
                                                  Cycle at) const {
  const GuestState& state = guest_.state();
  const bool deliverable = state.timer_deliverable(at) || state.software_deliverable();
  if (target == pending.resume && !deliverable) return std::nullopt;
  if (state.vectored()) {
    // Exceptions enter at the base, interrupts 4 * number above it.
    for (unsigned number : {GuestState::msi, GuestState::mti, GuestState::mei}) {
      if (target == state.vector(number)) return number;
    }
    return std::nullopt;
  }
  if (target != state.base()) return std::nullopt;
  if (!pending.completes && !deliverable) return std::nullopt;
  // In direct mode the number is what a hart would choose: MEI, MSI, MTI. The state of external
  // interrupts is not known here; it explains what the other two do not.
  if (state.software_deliverable()) return GuestState::msi;
  if (!state.timer_deliverable(at) && state.enabled(GuestState::mei)) return GuestState::mei;
  return GuestState::mti;
}

void TrappedSource::report_time_read(const PendingTrap& pending, const TrapReturn& event,
                                     unsigned offset, unsigned bytes) const {
  if (pending.instruction.rd == 0) return;
  GuestTimeRead read;
  read.vm = guest_.number();
  read.cycle = pending.cycle;
  read.done = event.cycle;
  read.offset = offset;
  read.bytes = bytes;
  read.value = low_bytes(event.x[pending.instruction.rd], bytes);
  read.first = guest_.clock().mtime(pending.cycle) + guest_.state().mtime_offset -
               guest_.state().offset_slack;
  read.last = guest_.clock().mtime(event.cycle) + guest_.state().mtime_offset;
  guest_.tell([&](GuestObserver& o) { o.time_read(read); });
}

/// The instruction of `pending` has been executed: tells what it did.
void TrappedSource::report_result(const PendingTrap& pending, const TrapReturn& event) {
  const TrappedInstruction& wanted = pending.instruction;
  const std::uint64_t rd = event.x[wanted.rd];
  if (wanted.kind == Kind::csr && wanted.csr == guest_csr::time) {
    report_time_read(pending, event, 0, 8);
  }
  if (wanted.kind == Kind::csr) {
    csrs_.accessed(wanted, {pending.cycle, event.cycle, rd, pending.expected});
  }
  if (wanted.kind == Kind::csr && wanted.csr == guest_csr::mcause && wanted.rd != 0) {
    guest_.tell([&](GuestObserver& o) { o.cause_read(guest_.number(), event.cycle, rd); });
  }
  if (!pending.location) return;
  const TimerLocation location = *pending.location;
  const bool store = wanted.kind == Kind::store;
  if (location.reg == GuestTimerRegister::mtime && !store) {
    report_time_read(pending, event, location.offset, wanted.bytes);
    return;
  }
  if (location.reg == GuestTimerRegister::mtime) {
    // The hypervisor took the new value at some moment between trap and return.
    guest_.set_offset_slack(guest_.clock().mtime(event.cycle) -
                            guest_.clock().mtime(pending.cycle));
  }
  GuestTimerAccess access;
  access.vm = guest_.number();
  access.cycle = pending.cycle;
  access.done = event.cycle;
  access.reg = location.reg;
  access.offset = location.offset;
  access.bytes = wanted.bytes;
  access.store = store;
  access.value = store ? wanted.value : rd;
  access.expected = pending.expected;
  access.writes_rd = wanted.rd != 0;
  guest_.tell([&](GuestObserver& o) { o.timer_access(access); });
}

void TrappedSource::complete(PendingTrap& pending, const TrapReturn& event) {
  const std::uint64_t target = event.target.value;
  const auto interrupt = entered_by(pending, target, event.cycle);
  const bool completed = pending.completes || target == pending.resume || interrupt.has_value();
  const bool refetched = target == pending.epc && pending.instruction.kind != Kind::interrupt;
  if (completed && !pending.applied) apply(pending);
  const bool executed = completed && pending.instruction.kind != Kind::interrupt;
  if (executed && guest_.at_vector() && pending.epc == guest_.first_pc()) {
    guest_.start_handler(event.cycle);
  }
  if (executed) report_result(pending, event);
  if (executed && pending.instruction.kind == Kind::mret) {
    guest_.tell([&](GuestObserver& o) { o.handler_returned(guest_.number(), event.cycle); });
  }
  GuestResume resume;
  resume.vm = guest_.number();
  resume.trapped = pending.cycle;
  resume.cycle = event.cycle;
  resume.before = &pending.x;
  resume.after = &event.x;
  const bool writes =
      pending.instruction.kind == Kind::csr || pending.instruction.kind == Kind::load;
  if (executed && writes) resume.rd = pending.instruction.rd;
  resume.target = target;
  resume.expected = interrupt || target == pending.resume || refetched ||
                    (!completed && target == guest_.state().base());
  if (interrupt || (!completed && !refetched)) {
    csrs_.expect_cause(interrupt, pending.completes, event.cycle);
  }
  if (interrupt) {
    guest_.enter_interrupt(*interrupt, pending.resume, target, event.cycle);
  } else if (!completed && !refetched) {
    if (guest_.at_vector() && pending.epc == guest_.first_pc()) guest_.start_handler(event.cycle);
    guest_.enter_exception(pending.epc, target, event.cycle);
  }
  guest_.tell([&](GuestObserver& o) { o.resumed(resume); });
}

}  // namespace

std::unique_ptr<GuestSource> trapped_source(GuestShadow& guest, const Arrangement& arrangement) {
  return std::make_unique<TrappedSource>(guest, arrangement);
}

}  // namespace cyclevisor
