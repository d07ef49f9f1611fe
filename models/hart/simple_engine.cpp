#include "models/hart/simple_engine.hpp"

#include "models/hart/simple_timing.hpp"
#include "models/hart/trap.hpp"

namespace cyclevisor {
namespace {

/// Brings Core, timing, interrupts and events together.
class SimpleEngine final : public Engine {
 public:
  explicit SimpleEngine(HartState& state) : state_(state), core_(state.core) {}

  void reset() override {
    state_.now = timing_.reset(state_.now);
    fetched_ = false;
  }
  Stop run() override;
  void finish() override {
    if (state_.waiting) state_.publisher.idle(wait_began_, state_.now);
  }
  void refetch() override { fetched_ = false; }
  void memory_written(PhysicalAddress, std::uint64_t) override {}  // nothing is kept

 private:
  /// Fetches and decodes at `pc`; moves `now` to the memory-stage cycle.
  void fetch();
  void take_pending_interrupt();
  void take_exception_at(Cycle cycle);
  void execute();
  void finish_wait();
  void update_timer() {
    core_.csrs.update_timer(state_.now);
    core_.interrupts_changed = true;
  }

  HartState& state_;
  Core& core_;
  SimpleTiming timing_;
  /// What stands before the memory stage; null when its fetch raised core.exception.
  const Instruction* instruction_ = nullptr;
  /// True while `instruction_` has been fetched and its hazards are charged in `now`.
  bool fetched_ = false;
  Instruction wait_;
  Cycle wait_began_;
};

void SimpleEngine::fetch() {
  if (fetched_) {
    // The state_.horizon came between. Main memory may have been changed meanwhile, so look again;
    // what a device has delivered is kept.
    if (core_.memory.fetch_done() == Cycle()) instruction_ = core_.fetch(state_.now);
    return;
  }
  instruction_ = core_.fetch(state_.now);
  if (state_.now < core_.memory.fetch_done()) state_.now = core_.memory.fetch_done();
  if (instruction_ != nullptr) {
    state_.now = timing_.enter(*instruction_, state_.now, core_.x[instruction_->rs2]);
  }
  fetched_ = true;
}

void SimpleEngine::take_pending_interrupt() {
  core_.interrupts_changed = false;
  const std::optional<unsigned> number = pending_interrupt(core_);
  if (!number) return;
  const TakenTrap taken = take_interrupt(core_, *number);
  state_.publisher.trap(core_, taken, state_.now, instruction_ != nullptr ? core_.fetched_bits : 0);
  state_.now = timing_.after_trap(state_.now);
  fetched_ = false;
}

void SimpleEngine::take_exception_at(Cycle cycle) {
  const TakenTrap taken = take_exception(core_);
  state_.publisher.trap(core_, taken, cycle, core_.fetched_bits);
  state_.now = timing_.after_trap(cycle);
  fetched_ = false;
}

void SimpleEngine::execute() {
  if (instruction_ == nullptr) {
    take_exception_at(state_.now);
    return;
  }
  state_.publisher.before(core_);
  const Instruction& instruction = *instruction_;
  const Step step = core_.execute(instruction, state_.now);
  if (step == Step::wait) {
    state_.waiting = true;
    wait_ = instruction;
    wait_began_ = state_.now;
    return;
  }
  const Cycle commit = timing_.leave(state_.now, core_.memory.timing());
  if (step == Step::exception) {
    take_exception_at(commit);
    return;
  }
  state_.publisher.retire(core_, instruction, commit);
  state_.now = timing_.after(instruction, commit, step);
  fetched_ = false;
}

void SimpleEngine::finish_wait() {
  state_.waiting = false;
  state_.publisher.idle(wait_began_, state_.now);
  state_.publisher.before(core_);
  core_.retire_wait(wait_);
  state_.publisher.retire(core_, wait_, state_.now);
  state_.now = timing_.after(wait_, state_.now, Step::sequential);
  fetched_ = false;
  core_.interrupts_changed = true;
}

Engine::Stop SimpleEngine::run() {
  state_.publisher.begin_run(core_);
  while (true) {
    if (state_.stop_requested) {
      state_.stop_requested = false;
      return Stop::requested;
    }
    if (core_.csrs.next_timer_event() <= state_.now) update_timer();
    if (state_.waiting) {
      if (!core_.wakes()) return Stop::waiting;
      if (state_.now >= state_.horizon) return Stop::horizon;
      finish_wait();
      continue;
    }
    fetch();
    if (state_.now >= state_.horizon) return Stop::horizon;
    if (core_.csrs.next_timer_event() <= state_.now) update_timer();
    if (core_.interrupts_changed) {
      take_pending_interrupt();
      if (!fetched_) continue;
    }
    execute();
  }
}

}  // namespace

std::unique_ptr<Engine> make_simple_engine(HartState& state) {
  return std::make_unique<SimpleEngine>(state);
}

}  // namespace cyclevisor
