#include "platform/reference/reference_machine.hpp"

#include <algorithm>

#include "models/hart/csr/csr_fields.hpp"
#include "models/hart/csr/csr_number.hpp"

namespace cyclevisor {
HartConfig reference_hart() {
  HartConfig config;
  config.extensions = parse_isa_string("rv64imac_zicsr_zifencei_zicntr_sstc_svadu");
  config.misaligned = MisalignedAccess::trap;
  config.paging = PagingLevels::sv39;
  return config;
}

ReferenceMachine::ReferenceMachine(const MakeEngine& engine, std::uint64_t tohost,
                                   TimingTrace* trace)
    : trace_(trace), hart_(reference_hart(), platform_, platform_, events_, engine(platform_)) {
  events_.attach(*this);
  platform_.watch(PhysicalAddress(tohost));
  platform_.on_store([this](Cycle at) {
    // A line may change its level in the next cycle.
    hart_.set_horizon(at + Cycle(1));
    if (platform_.tohost() != 0) hart_.request_stop();
  });
}

void ReferenceMachine::on(const Retire& event) {
  ++instructions_;
  on_event({PipelineEvent::Kind::retired, event.cycle, event.pc.value, event.instruction,
            event.mode, 0});
}

void ReferenceMachine::on(const Trap& event) {
  const bool interrupt = (event.cause & Trap::interrupt_bit) != 0;
  on_event({interrupt ? PipelineEvent::Kind::interrupt : PipelineEvent::Kind::exception,
            event.cycle, event.epc.value, event.instruction, event.from,
            static_cast<unsigned>(event.cause & ~Trap::interrupt_bit)});
  // An exception's vector is the base of mtvec, whatever its mode.
  if (interrupt || event.from != PrivilegeMode::machine || event.epc != event.vector) return;
  trap_loop_ = true;
  hart_.request_stop();
}

void ReferenceMachine::on_event(const PipelineEvent& event) {
  if (trace_ != nullptr) trace_->write(event);
  last_event_ = event;
}

void ReferenceMachine::set_lines(std::uint64_t lines) {
  for (const unsigned number : {3u, 7u, 9u, 11u}) {
    hart_.set_interrupt_line(number, (lines >> number & 1) != 0);
  }
}

bool ReferenceMachine::idle(Cycle limit) {
  const std::uint64_t enabled = hart_.csr(csr::mie).value();
  // Only the timer comparisons change without a store.
  const Cycle line_change = platform_.next_line_change(hart_.now());
  const Cycle comparator = hart_.next_timer_event();
  const bool may_wake = ((enabled & interrupt::mti) != 0 && line_change != Cycle::never()) ||
                        ((enabled & interrupt::sti) != 0 && comparator != Cycle::never());
  if (!may_wake) return false;
  hart_.idle_until(std::min({line_change, comparator, limit}));
  return true;
}

ReferenceMachine::End ReferenceMachine::run(Cycle limit) {
  hart_.reset(VirtualAddress(ReferencePlatform::ram_base), 0, 0);
  while (hart_.now() < limit) {
    const Cycle now = hart_.now();
    const std::uint64_t lines = platform_.lines(now);
    if (trace_ != nullptr) trace_->write_lines(now, lines);
    set_lines(lines);
    hart_.set_horizon(std::min(limit, platform_.next_line_change(now)));
    const Hart::Stop reason = hart_.run();
    if (tohost() != 0) return End::tohost;
    if (trap_loop_) return End::trap_loop;
    if (reason == Hart::Stop::waiting && !idle(limit)) return End::deadlock;
  }
  return End::cycle_limit;
}

}  // namespace cyclevisor
