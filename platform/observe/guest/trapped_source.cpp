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

/// What the virtual hart must do with the trapped instruction, as far as the events say.
enum class Outcome : std::uint8_t {
  executes,  ///< no exception can follow
  refuses,   ///< an exception must follow: the instruction has no effect
  open,
};

struct PendingTrap {
  Cycle cycle;
  std::uint64_t epc = 0;
  IntegerRegisters x{};
  TrappedInstruction instruction;
  std::optional<TimerLocation> location;  ///< of a load or store in the timer's page
  GuestTimerRegisters timer;              ///< before it
  Outcome outcome = Outcome::open;
  bool data_fault = false;  ///< of a load or store
  bool applied = false;     ///< its effect is in the shadow already
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
  Outcome outcome_of_csr(const TrappedInstruction& wanted) const;
  Outcome outcome_of_access(const PendingTrap& pending) const;
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
  if (pending.outcome == Outcome::executes) apply(pending);
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
  pending.timer = guest_.state();
  const TrappedInstruction& wanted = pending.instruction;
  pending.data_fault = is_data_fault(event);
  pending.resume = pending.epc + wanted.length;
  switch (wanted.kind) {
    case Kind::interrupt:
      pending.outcome = Outcome::executes;
      break;
    case Kind::csr:
      pending.outcome = outcome_of_csr(wanted);
      break;
    case Kind::mret:
      pending.outcome = guest_.state().user ? Outcome::refuses : Outcome::executes;
      if (!guest_.state().user) pending.resume = guest_.state().mepc;
      break;
    case Kind::wfi:
      // In U-mode mstatus.TW decides, which the shadow does not have.
      pending.outcome = guest_.state().user ? Outcome::open : Outcome::executes;
      break;
    case Kind::load:
    case Kind::store:
      pending.location = timer_location(wanted.address, wanted.bytes);
      pending.outcome = outcome_of_access(pending);
      break;
    case Kind::other:
      // ecall, ebreak, a fetch that faults, an AMO outside of memory, an instruction that the
      // virtual hart does not have.
      pending.outcome = Outcome::refuses;
      break;
  }
}

/// CSR numbers encode who may access them (privileged specification, "CSR Address Mapping
/// Conventions"): bits 9:8 the lowest mode, bits 11:10 = 3 read-only. The virtual hart has M and U
/// mode.
Outcome TrappedSource::outcome_of_csr(const TrappedInstruction& wanted) const {
  constexpr unsigned read_only = 3, user_level = 0, machine_level = 3;
  const unsigned level = (wanted.csr >> 8) & 3;
  if (wanted.csr >> 10 == read_only && wanted.update != Update::none) return Outcome::refuses;
  if (level != user_level && (level != machine_level || guest_.state().user)) {
    return Outcome::refuses;
  }
  if (guest_.state().user) return Outcome::open;
  return GuestState::shadows_csr(wanted.csr) || wanted.csr == guest_csr::mcause ? Outcome::executes
                                                                                : Outcome::open;
}

/// Devices take aligned accesses, the timer words and doublewords. Of anything else, and of what
/// the guest's PMP denies, the hypervisor makes an exception.
Outcome TrappedSource::outcome_of_access(const PendingTrap& pending) const {
  const TrappedInstruction& wanted = pending.instruction;
  const AccessType type = wanted.kind == Kind::load ? AccessType::load : AccessType::store;
  if (wanted.address % wanted.bytes != 0 ||
      !guest_.state().may_access(wanted.address, wanted.bytes, type)) {
    return Outcome::refuses;
  }
  if (!pending.location) return Outcome::open;
  return wanted.bytes >= 4 ? Outcome::executes : Outcome::refuses;
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
  // The exception clears MIE, so no interrupt comes with it.
  if (pending.outcome == Outcome::refuses) return std::nullopt;
  const GuestState& state = guest_.state();
  const bool timer = state.timer_deliverable(pending.cycle, at);
  const bool deliverable = timer || state.software_deliverable();
  if (target == pending.resume && !deliverable) return std::nullopt;
  if (state.vectored()) {
    // Exceptions enter at the base, interrupts 4 * number above it.
    for (unsigned number : {GuestState::msi, GuestState::mti, GuestState::mei}) {
      if (target == state.vector(number)) return number;
    }
    return std::nullopt;
  }
  if (target != state.base()) return std::nullopt;
  if (pending.outcome == Outcome::open && !deliverable) return std::nullopt;
  // In direct mode the number is what a hart would choose: MEI, MSI, MTI. The state of external
  // interrupts is not known here; it explains what the other two do not.
  if (state.software_deliverable()) return GuestState::msi;
  if (!timer && state.enabled(GuestState::mei)) return GuestState::mei;
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
  const bool refused = pending.outcome == Outcome::refuses;
  // The hypervisor may let the hart fetch the instruction again and try once more: after a change
  // of the code without fence.i the hart may have executed another one.
  const bool retried = !interrupt && target == pending.epc && pending.data_fault;
  const bool completed =
      !refused && !retried &&
      (pending.outcome == Outcome::executes || target == pending.resume || interrupt);
  if (retried && pending.applied && pending.instruction.kind == Kind::store) {
    guest_.restore_timer(pending.timer, event.cycle);
  }
  const bool refetched = retried || (target == pending.epc && target != guest_.state().base() &&
                                     pending.instruction.kind != Kind::interrupt);
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
  resume.executed = executed;
  resume.expected = interrupt || (completed && target == pending.resume) || refetched ||
                    (!completed && target == guest_.state().base());
  if (interrupt || (!completed && !refetched)) {
    csrs_.expect_cause(interrupt, pending.outcome != Outcome::open, pending.cycle, event.cycle);
  }
  if (interrupt) {
    guest_.enter_interrupt(*interrupt, pending.resume, target, pending.cycle, event.cycle);
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
