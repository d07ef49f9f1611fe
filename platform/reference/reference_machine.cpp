#include "platform/reference/reference_machine.hpp"

#include <algorithm>
#include <cstring>

#include "models/hart/csr/csr_fields.hpp"

namespace cyclevisor {
HartConfig reference_hart() {
  HartConfig config;
  config.extensions = parse_isa_string("rv64imac_zicsr_zifencei_zicntr_sstc_svadu");
  config.misaligned = MisalignedAccess::trap;
  config.paging = PagingLevels::sv39;
  return config;
}

ReferenceMachine::ReferenceMachine(const PipelineSettings& settings, EngineChoice engine,
                                   std::uint64_t tohost, TimingTrace* trace)
    : tohost_(tohost - ReferencePlatform::ram_base),
      trace_(trace),
      settings_(settings),
      core_(reference_hart(), platform_, platform_),
      events_(core_, [this](const PipelineEvent& event) { on_event(event); }),
      pipeline_(settings_, core_, platform_, platform_, events_) {
  if (engine != EngineChoice::fast) return;
  fast_.emplace(pipeline_);
  // The run ends in the cycle of the store.
  fast_->exclude(PhysicalAddress(tohost));
}

void ReferenceMachine::on_event(const PipelineEvent& event) {
  if (trace_ != nullptr) trace_->write(event);
  last_event_ = event;
  if (event.kind == PipelineEvent::Kind::retired) ++instructions_;
  // Exceptions go to the base of mtvec, whatever its mode.
  trap_loop_ = trap_loop_ || (event.kind == PipelineEvent::Kind::exception &&
                              event.mode == PrivilegeMode::machine &&
                              event.pc == (core_.csrs.state.mtvec & ~std::uint64_t{3}));
}

std::uint64_t ReferenceMachine::tohost() const {
  std::uint64_t value = 0;
  std::memcpy(&value, platform_.ram().data() + tohost_, sizeof value);
  return value;
}

bool ReferenceMachine::is_stuck() {
  // A wfi that may not wait for ever gives up after its limit.
  if (!pipeline_.rests() || core_.wakes() || pipeline_.rest_ends() != Cycle::never()) return false;
  // Only the timer comparisons change without a store.
  const std::uint64_t enabled = core_.csrs.state.mie;
  return ((enabled & interrupt::mti) == 0 || !platform_.timer_is_set()) &&
         (enabled & interrupt::sti) == 0;
}

ReferenceMachine::End ReferenceMachine::run(Cycle limit) {
  core_.reset(ReferencePlatform::ram_base, 0, 0);
  pipeline_.reset(Cycle());
  while (pipeline_.now() < limit) {
    const Cycle now = pipeline_.now();
    const std::uint64_t lines = platform_.lines(now);
    if (trace_ != nullptr) trace_->write_lines(now, lines);
    core_.csrs.state.interrupt_lines = lines;
    if (fast_) fast_->run(std::min(limit, platform_.next_line_change(now)));
    events_.flush();
    if (pipeline_.now() == now) pipeline_.step();
    if (tohost() != 0) return End::tohost;
    if (trap_loop_) return End::trap_loop;
    if (is_stuck()) return End::deadlock;
  }
  return End::cycle_limit;
}

}  // namespace cyclevisor
