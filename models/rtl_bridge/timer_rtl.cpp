#include "models/rtl_bridge/timer_rtl.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "models/rtl_bridge/timer_model.hpp"

namespace cyclevisor {

TimerRtl::TimerRtl(unsigned prescale, WaveFormat format) : prescale_(prescale) {
  if (prescale < 1 || prescale > 0xffff)
    throw std::invalid_argument("timer prescale is " + std::to_string(prescale) +
                                ", must be 1 to 65535");
  model_ = make_timer_model(format);
  *model_->prescale_i = static_cast<std::uint16_t>(prescale);
  // The bus is idle when reset ends, whatever the pins were before.
  drive(ApbRequest{});
  // Two edges in reset; it is released after the second, which begins cycle 0. The asynchronous
  // reset needs a falling edge of its own to be seen.
  *model_->rst_ni = 1;
  model_->eval();
  *model_->rst_ni = 0;
  for (int edge = 0; edge < 2; ++edge) {
    *model_->clk_i = 0;
    model_->eval();
    *model_->clk_i = 1;
    model_->eval();
  }
  *model_->rst_ni = 1;
  model_->eval();
}

TimerRtl::~TimerRtl() = default;

void TimerRtl::drive(const ApbRequest& request) {
  *model_->psel_i = request.psel;
  *model_->penable_i = request.penable;
  *model_->pwrite_i = request.pwrite;
  *model_->paddr_i = request.paddr;
  *model_->pwdata_i = request.pwdata;
  *model_->pstrb_i = request.pstrb;
  *model_->pauser_i = request.pauser;
  model_->eval();
  if (request.psel) apb_idle_ = false;
}

ApbRequest TimerRtl::request() const {
  return {*model_->psel_i != 0, *model_->penable_i != 0, *model_->pwrite_i != 0, *model_->paddr_i,
          *model_->pwdata_i,    *model_->pstrb_i,        *model_->pauser_i != 0};
}

ApbReply TimerRtl::apb() const {
  return {*model_->pready_o != 0, *model_->pslverr_o != 0, *model_->prdata_o};
}

/// Installs the next observer when its first cycle has come.
void TimerRtl::change_observer() {
  if (now_ < observed_from_) return;
  observer_ = next_observer_;
  observed_from_ = Cycle::never();
}

void TimerRtl::step() {
  change_observer();
  apb_idle_ = *model_->psel_i == 0;
  if (observer_) observer_->half_cycle(now_, true);
  *model_->clk_i = 0;
  model_->eval();
  if (observer_) observer_->half_cycle(now_, false);
  *model_->clk_i = 1;
  model_->eval();
  now_ += Cycle(1);
}

void TimerRtl::advance_to(Cycle target) {
  while (now_ < target) {
    change_observer();
    if (apb_idle_ && !observer_) {
      // The edge at the horizon itself is evaluated, so that the RTL decides what happens there.
      const Cycle quiet = std::min({target, horizon() - Cycle(1), observed_from_});
      if (quiet > now_) {
        fast_forward(quiet - now_);
        continue;
      }
    }
    step();
  }
}

Cycle TimerRtl::horizon() const {
  const bool in_step = mtip() == (mtime() >= mtimecmp()) && msip() == (*model_->msip_q != 0);
  if (*model_->psel_i != 0 || !in_step) return now_ + Cycle(1);
  const Cycle distance = cycles_to_mtip_change();
  if (distance >= Cycle::never() - now_) return Cycle::never();
  return now_ + distance;
}

Cycle TimerRtl::cycles_to_mtip_change() const {
  // The line rises when mtime reaches mtimecmp. Without a write it falls only when mtime wraps from
  // 2^64-1 to 0, and not even then if mtimecmp is 0.
  if (mtip() && mtimecmp() == 0) return Cycle::never();
  const std::uint64_t counts = mtip() ? 0 - mtime() : mtimecmp() - mtime();
  // The first count comes after the rest of the current prescaler period, each further one a full
  // period later.
  const std::uint64_t first = prescale_ - *model_->prescale_count_q;
  if (counts - 1 > (Cycle::never().value - first) / prescale_) return Cycle::never();
  return Cycle(first + (counts - 1) * prescale_);
}

void TimerRtl::fast_forward(Cycle cycles) {
  // (count + n) = quotient * prescale + remainder, the lemma of rtl/formal/timer_core_lemma.svh.
  const std::uint64_t phase = *model_->prescale_count_q;
  const std::uint64_t whole = cycles.value / prescale_;
  const std::uint64_t rest = cycles.value % prescale_ + phase;
  *model_->mtime_q += whole + rest / prescale_;
  *model_->prescale_count_q = static_cast<std::uint16_t>(rest % prescale_);
  model_->eval();
  now_ += cycles;
}

bool TimerRtl::msip() const { return *model_->msip_o != 0; }
bool TimerRtl::mtip() const { return *model_->mtip_o != 0; }
std::uint64_t TimerRtl::mtime() const { return *model_->mtime_o; }
std::uint64_t TimerRtl::mtimecmp() const { return *model_->mtimecmp_q; }

void TimerRtl::deposit(TimerRegister which, std::uint64_t value) {
  switch (which) {
    case TimerRegister::msip:
      *model_->msip_q = value & 1;
      break;
    case TimerRegister::mtimecmp:
      *model_->mtimecmp_q = value;
      break;
    case TimerRegister::mtime:
      *model_->mtime_q = value;
      break;
  }
  model_->eval();
}

void TimerRtl::observe(ClockObserver* observer) {
  if (observer_ && !observer) observer_->half_cycle(now_, true);
  observer_ = observer;
  observed_from_ = Cycle::never();
}

void TimerRtl::observe_from(ClockObserver& observer, Cycle from) {
  observe(nullptr);
  next_observer_ = &observer;
  observed_from_ = from;
}

void TimerRtl::trace(VerilatedFstC& file) { model_->trace(file); }
void TimerRtl::trace(VerilatedVcdC& file) { model_->trace(file); }

}  // namespace cyclevisor
