// Publishes the hart's events, if a sink is attached.
#pragma once

#include "models/base/types.hpp"
#include "models/hart/execute/core.hpp"
#include "models/hart/execute/trap.hpp"
#include "models/probe/event_stream.hpp"

namespace cyclevisor {

class EventPublisher {
 public:
  explicit EventPublisher(const EventStream& events) : events_(events) {}

  /// To be called when the hart starts running: whether a sink is attached is checked once per run.
  void begin_run(Core& core) {
    observed_ = events_.observed();
    core.memory.set_recording(observed_ ? AccessRecording::on : AccessRecording::off);
  }

  /// To be called before an instruction is executed.
  void before(Core& core) {
    if (!observed_) return;
    core.csr_written = Retire::no_csr;
    core.address_space_changed = false;
    mode_ = core.mode;
    pc_ = core.pc;
  }
  /// For engines that publish plain instructions directly, without `before` and `retire`.
  const EventStream& events() const { return events_; }
  /// The hart stops running: delivers all collected events, so that every sink is up to date.
  void end_run() const { events_.flush(); }
  /// To be called after the instruction retired.
  void retire(Core& core, const Instruction& instruction, Cycle commit) {
    if (observed_) publish_retire(core, instruction, commit);
  }
  /// A trap was taken. `bits` are the encoding of the instruction that it hit, 0 if there was none.
  void trap(const Core& core, const TakenTrap& taken, Cycle cycle, std::uint32_t bits) {
    if (observed_) publish_trap(core, taken, cycle, bits);
  }
  /// A WFI waited and is about to retire in cycle `until`.
  void idle(Cycle from, Cycle until) {
    if (observed_) events_.publish(Idle{from, until});
  }

 private:
  void publish_retire(Core& core, const Instruction& instruction, Cycle commit);
  void publish_trap(const Core& core, const TakenTrap& taken, Cycle cycle, std::uint32_t bits);

  const EventStream& events_;
  bool observed_ = false;
  PrivilegeMode mode_ = PrivilegeMode::machine;
  std::uint64_t pc_ = 0;
};

}  // namespace cyclevisor
