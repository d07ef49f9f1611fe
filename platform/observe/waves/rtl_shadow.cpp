#include "platform/observe/waves/rtl_shadow.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace cyclevisor {
namespace {

bool same(const ApbRequest& a, const ApbRequest& b) {
  return a.psel == b.psel && a.penable == b.penable && a.pwrite == b.pwrite && a.paddr == b.paddr &&
         a.pwdata == b.pwdata && a.pstrb == b.pstrb && a.pauser == b.pauser;
}

}  // namespace

RtlShadow::RtlShadow(TimerRtl& original, unsigned prescale, WaveFormat format,
                     ClockObserver& shadow_observer)
    : original_(original),
      shadow_(prescale, format),
      prescale_(prescale),
      shadow_observer_(shadow_observer) {}

void RtlShadow::start(Cycle from) {
  follows_ = true;
  recorded_ = joined_ = false;
  known_ = std::max(from, original_.now());
  original_.observe_from(*this, from);
}

void RtlShadow::stop() {
  // Reports the level that still holds.
  original_.observe(nullptr);
  follows_ = false;
}

void RtlShadow::half_cycle(Cycle cycle, bool clock_level) {
  // Pins change only while the clock is high.
  if (!clock_level) return;
  known_ = cycle + Cycle(1);
  const ApbRequest pins = original_.request();
  if (recorded_ && same(pins, last_pins_)) return;
  recorded_ = true;
  last_pins_ = pins;
  records_.push_back({cycle, pins, original_.mtime(), original_.mtimecmp(), original_.msip()});
}

/// Gives the shadow the original's state in the first recorded cycle. Starts one cycle earlier, so
/// that its registered outputs are correct too.
void RtlShadow::join(const Record& record) {
  joined_ = true;
  if (record.cycle > shadow_.now()) {
    const Cycle before = record.cycle - Cycle(1);
    shadow_.advance_to(before);
    const std::uint64_t counts = record.cycle.value % prescale_ == 0 ? 1 : 0;
    shadow_.deposit(TimerRegister::mtime, record.mtime - counts);
    shadow_.deposit(TimerRegister::mtimecmp, record.mtimecmp);
    shadow_.deposit(TimerRegister::msip, record.msip ? 1 : 0);
    shadow_.step();
  }
  shadow_.observe(&shadow_observer_);
}

void RtlShadow::apply(const Record& record) {
  if (shadow_.mtime() != record.mtime || shadow_.mtimecmp() != record.mtimecmp ||
      shadow_.msip() != record.msip) {
    throw std::logic_error("the waves' copy of the RTL timer departs from the original in cycle " +
                           std::to_string(record.cycle.value));
  }
  shadow_.drive(record.pins);
}

void RtlShadow::advance_to(Cycle target) {
  const Cycle last = std::min(target, known_);
  if (!joined_) {
    if (records_.empty() || records_.front().cycle >= last) return;
    join(records_.front());
  }
  while (shadow_.now() < last) {
    if (!records_.empty() && records_.front().cycle == shadow_.now()) {
      apply(records_.front());
      records_.pop_front();
    }
    shadow_.step();
  }
}

}  // namespace cyclevisor
