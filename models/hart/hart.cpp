#include "models/hart/hart.hpp"

#include <stdexcept>
#include <string>

#include "models/hart/core.hpp"
#include "models/hart/event_publisher.hpp"
#include "models/hart/simple_timing.hpp"
#include "models/hart/trap.hpp"

namespace cyclevisor {

/// The run loop: brings Core, timing, interrupts and events together.
class Hart::Implementation {
 public:
  Implementation(const HartConfig& config, PhysicalBus& bus, TimeSource& time,
                 const EventStream& events)
      : core(config, bus, time), publisher_(events) {}

  void reset(VirtualAddress start, std::uint64_t a0, std::uint64_t a1) {
    core.reset(start.value, a0, a1);
    now = timing_.reset(now);
    fetched_ = false;
    waiting = false;
  }

  Stop run();
  void invalidate_time() {
    core.csrs.update_timer(now);
    core.interrupts_changed = true;
  }
  void forget_fetch() { fetched_ = false; }

  Core core;
  Cycle now;
  Cycle horizon;
  bool stop_requested = false;
  bool waiting = false;

 private:
  /// Fetches and decodes at `pc`; moves `now` to the memory-stage cycle.
  void fetch();
  void take_pending_interrupt();
  void take_exception_at(Cycle cycle);
  void execute();
  void finish_wait();

  SimpleTiming timing_;
  EventPublisher publisher_;
  /// What stands before the memory stage; null when its fetch raised core.exception.
  const Instruction* instruction_ = nullptr;
  /// True while `instruction_` has been fetched and its hazards are charged in `now`.
  bool fetched_ = false;
  Instruction wait_;
  Cycle wait_began_;
};

void Hart::Implementation::fetch() {
  if (fetched_) {
    // The horizon came between. Main memory may have been changed meanwhile, so look again; what
    // a device has delivered is kept.
    if (core.memory.fetch_done() == Cycle()) instruction_ = core.fetch(now);
    return;
  }
  instruction_ = core.fetch(now);
  if (now < core.memory.fetch_done()) now = core.memory.fetch_done();
  if (instruction_ != nullptr) {
    now = timing_.enter(*instruction_, now, core.x[instruction_->rs2]);
  }
  fetched_ = true;
}

void Hart::Implementation::take_pending_interrupt() {
  core.interrupts_changed = false;
  const std::optional<unsigned> number = pending_interrupt(core);
  if (!number) return;
  const TakenTrap taken = take_interrupt(core, *number);
  publisher_.trap(core, taken, now, instruction_ != nullptr ? core.fetched_bits : 0);
  now = timing_.after_trap(now);
  fetched_ = false;
}

void Hart::Implementation::take_exception_at(Cycle cycle) {
  const TakenTrap taken = take_exception(core);
  publisher_.trap(core, taken, cycle, core.fetched_bits);
  now = timing_.after_trap(cycle);
  fetched_ = false;
}

void Hart::Implementation::execute() {
  if (instruction_ == nullptr) {
    take_exception_at(now);
    return;
  }
  publisher_.before(core);
  const Instruction& instruction = *instruction_;
  const Step step = core.execute(instruction, now);
  if (step == Step::wait) {
    waiting = true;
    wait_ = instruction;
    wait_began_ = now;
    return;
  }
  const Cycle commit = timing_.leave(now, core.memory.timing());
  if (step == Step::exception) {
    take_exception_at(commit);
    return;
  }
  publisher_.retire(core, instruction, commit);
  now = timing_.after(instruction, commit, step);
  fetched_ = false;
}

void Hart::Implementation::finish_wait() {
  waiting = false;
  publisher_.idle(wait_began_, now);
  publisher_.before(core);
  core.retire_wait(wait_);
  publisher_.retire(core, wait_, now);
  now = timing_.after(wait_, now, Step::sequential);
  fetched_ = false;
  core.interrupts_changed = true;
}

Hart::Stop Hart::Implementation::run() {
  publisher_.begin_run(core);
  while (true) {
    if (stop_requested) {
      stop_requested = false;
      return Stop::requested;
    }
    if (core.csrs.next_timer_event() <= now) invalidate_time();
    if (waiting) {
      if (!core.wakes()) return Stop::waiting;
      if (now >= horizon) return Stop::horizon;
      finish_wait();
      continue;
    }
    fetch();
    if (now >= horizon) return Stop::horizon;
    if (core.csrs.next_timer_event() <= now) invalidate_time();
    if (core.interrupts_changed) {
      take_pending_interrupt();
      if (!fetched_) continue;
    }
    execute();
  }
}

Hart::Hart(const HartConfig& config, PhysicalBus& bus, TimeSource& time, const EventStream& events)
    : implementation_(std::make_unique<Implementation>(config, bus, time, events)) {}

Hart::~Hart() = default;

void Hart::reset(VirtualAddress pc, std::uint64_t a0, std::uint64_t a1) {
  implementation_->reset(pc, a0, a1);
}

Cycle Hart::now() const { return implementation_->now; }

Hart::Stop Hart::run() { return implementation_->run(); }

void Hart::set_horizon(Cycle horizon) { implementation_->horizon = horizon; }

void Hart::request_stop() { implementation_->stop_requested = true; }

void Hart::set_interrupt_line(unsigned number, bool level) {
  if (number != 3 && number != 7 && number != 9 && number != 11) {
    throw std::invalid_argument("no interrupt line " + std::to_string(number));
  }
  Core& core = implementation_->core;
  // Without S-mode there is no supervisor external interrupt.
  if (number == 9 && !core.has(Extension::s)) return;
  const std::uint64_t mask = bit(number);
  std::uint64_t& lines = core.csrs.state.interrupt_lines;
  const std::uint64_t updated = level ? lines | mask : lines & ~mask;
  if (updated == lines) return;
  lines = updated;
  core.interrupts_changed = true;
}

bool Hart::waiting() const { return implementation_->waiting; }

void Hart::idle_until(Cycle cycle) {
  if (!implementation_->waiting) throw std::logic_error("the hart does not wait");
  if (cycle < implementation_->now) throw std::logic_error("the clock does not go back");
  implementation_->now = cycle;
}

Cycle Hart::next_timer_event() const { return implementation_->core.csrs.next_timer_event(); }

void Hart::invalidate_time() { implementation_->invalidate_time(); }

void Hart::invalidate_direct_memory() { implementation_->core.memory.invalidate_direct_memory(); }

std::uint64_t Hart::x(unsigned number) const { return implementation_->core.x.at(number); }

void Hart::set_x(unsigned number, std::uint64_t value) {
  implementation_->core.x.at(number);
  implementation_->core.write_x(number, value);
}

VirtualAddress Hart::pc() const { return VirtualAddress(implementation_->core.pc); }

void Hart::set_pc(VirtualAddress pc) {
  implementation_->core.pc = pc.value;
  implementation_->forget_fetch();
}

PrivilegeMode Hart::mode() const { return implementation_->core.mode; }

std::optional<std::uint64_t> Hart::csr(std::uint16_t number) const {
  CsrFile& csrs = implementation_->core.csrs;
  if (number >= csr::count || csrs.row(number) == nullptr) return std::nullopt;
  return csrs.read(*csrs.row(number), PrivilegeMode::machine, implementation_->now);
}

bool Hart::set_csr(std::uint16_t number, std::uint64_t value) {
  Core& core = implementation_->core;
  if (number >= csr::count) return false;
  if (core.csrs.check(number, CsrAccess::write, PrivilegeMode::machine)) return false;
  core.csrs.write(*core.csrs.row(number), PrivilegeMode::machine, implementation_->now, value);
  core.memory.flush();
  core.memory.refresh(core.mode);
  core.interrupts_changed = true;
  return true;
}

std::uint64_t Hart::instructions_retired() const { return implementation_->core.csrs.retired; }

}  // namespace cyclevisor
