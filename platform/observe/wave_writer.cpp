#include "platform/observe/wave_writer.hpp"

#include <algorithm>

#include "platform/observe/guest_state.hpp"

namespace cyclevisor {

WaveWriter::WaveWriter(const ObservedPlatform& platform, TimerRtl& timer, WaveFormat format,
                       const std::filesystem::path& outdir, WaveWindow window)
    : platform_(platform),
      timer_(timer),
      format_(format),
      outdir_(outdir),
      window_(window),
      watch_(platform),
      shadow_(timer, platform.prescale, format, *this),
      written_(window.first) {
  values_[index(WaveSignal::mode)] = static_cast<std::uint64_t>(PrivilegeMode::machine);
  values_[index(WaveSignal::cause)] = wave_cause_none;
  values_[index(WaveSignal::vm)] = watch_.running().value_or(0);
  const char* file = format == WaveFormat::fst ? "trace.fst" : "trace.vcd";
  file_ = open_wave_file(outdir / file, format, shadow_.rtl(), platform_, values_);
  write_wave_view(outdir_, format_, platform_, focus());
  passed(Cycle(0));
}

WaveWriter::~WaveWriter() {
  if (file_ == nullptr) return;
  if (shadow_.follows()) shadow_.stop();
  file_->close();
}

void WaveWriter::change(Cycle cycle, WaveSignal signal, std::uint64_t value) {
  if (cycle < written_ && cycle >= window_.first) ++late_;
  auto place = waiting_.end();
  while (place != waiting_.begin() && cycle < std::prev(place)->cycle) --place;
  waiting_.insert(place, {cycle, signal, value});
}

void WaveWriter::apply_until(Cycle cycle) {
  while (!waiting_.empty() && waiting_.front().cycle <= cycle) {
    values_[index(waiting_.front().signal)] = waiting_.front().value;
    waiting_.pop_front();
  }
}

/// The hart has come to `cycle`: its events of all earlier ones have been seen.
void WaveWriter::passed(Cycle cycle) {
  if (cycle < passed_ || file_ == nullptr) return;
  passed_ = cycle;
  if (shadow_.follows()) {
    catch_up();
    // A timer that nobody follows is faster.
    if (written_ > window_.last) shadow_.stop();
  } else if (cycle >= window_.first && written_ <= window_.last) {
    shadow_.start();
  } else {
    apply_until(cycle);
  }
}

void WaveWriter::catch_up() {
  // The RTL's clock is advanced lazily; when nobody needs the timer for very long, the changes must
  // not pile up. Up to its horizon it may be clocked at any time.
  constexpr std::size_t pile = std::size_t{1} << 20;
  if (waiting_.size() > pile) timer_.advance_to(std::min(passed_, timer_.horizon() - Cycle(1)));
  shadow_.advance_to(passed_);
}

std::uint64_t WaveWriter::picoseconds(Cycle cycle, bool clock_level) const {
  // The period is rounded as SystemC's time resolution rounds it, so both show the same time.
  constexpr std::uint64_t picoseconds_per_second = 1'000'000'000'000;
  const std::uint64_t period =
      (picoseconds_per_second + platform_.clock_hz / 2) / platform_.clock_hz;
  return cycle.value * period + (clock_level ? 0 : period / 2);
}

void WaveWriter::half_cycle(Cycle cycle, bool clock_level) {
  if (clock_level) {
    apply_until(cycle);
    written_ = std::max(written_, cycle + Cycle(1));
  }
  if (cycle < window_.first || cycle > window_.last) return;
  file_->dump(picoseconds(cycle, clock_level));
}

void WaveWriter::on(const Retire& event) {
  passed(event.cycle);
  watch_.on(event);
  change(event.cycle, WaveSignal::pc, event.pc.value);
  change(event.cycle, WaveSignal::instruction, event.instruction);
}

void WaveWriter::on(const Trap& event) {
  passed(event.cycle);
  watch_.on(event);
  change(event.cycle, WaveSignal::pc, event.epc.value);
  change(event.cycle, WaveSignal::instruction, event.instruction);
  change(event.cycle, WaveSignal::mode, static_cast<std::uint64_t>(event.to));
  change(event.cycle, WaveSignal::vm, watch_.running().value_or(0));
  change(event.cycle, WaveSignal::cause, wave_cause(event.cause));
}

void WaveWriter::on(const TrapReturn& event) {
  passed(event.cycle);
  watch_.on(event);
  change(event.cycle, WaveSignal::mode, static_cast<std::uint64_t>(event.to));
  change(event.cycle, WaveSignal::vm, watch_.running().value_or(0));
  change(event.cycle, WaveSignal::cause, wave_cause_none);
}

void WaveWriter::on(const AddressSpace& event) {
  watch_.on(event);
  change(event.cycle, WaveSignal::vm, watch_.running().value_or(0));
}

void WaveWriter::on(const Idle& event) {
  passed(event.cycle);
  change(event.cycle, WaveSignal::idle, 1);
  change(event.until, WaveSignal::idle, 0);
}

void WaveWriter::on(const BusRequest& event) {
  passed(event.cycle);
  change(event.cycle, WaveSignal::bus_valid, 1);
  change(event.cycle, WaveSignal::bus_write, event.write ? 1 : 0);
  change(event.cycle, WaveSignal::bus_address, event.address.value);
  change(event.cycle, WaveSignal::bus_bytes, event.bytes);
  if (event.write) change(event.cycle, WaveSignal::bus_wdata, event.data);
}

void WaveWriter::on(const BusTransfer& event) {
  change(event.end, WaveSignal::bus_ready, 1);
  change(event.end, WaveSignal::bus_error, event.error ? 1 : 0);
  if (!event.write) change(event.end, WaveSignal::bus_rdata, event.data);
  const Cycle after = event.end + Cycle(1);
  change(after, WaveSignal::bus_valid, 0);
  change(after, WaveSignal::bus_ready, 0);
  change(after, WaveSignal::bus_error, 0);
}

void WaveWriter::on(const InterruptLine& event) {
  constexpr unsigned seip = 9;
  constexpr unsigned meip = 11;
  const std::uint64_t level = event.level ? 1 : 0;
  if (event.number == GuestState::msi) change(event.cycle, WaveSignal::msip, level);
  if (event.number == GuestState::mti && event.level && event.cycle >= window_.first &&
      event.cycle <= window_.last && !first_interrupt_) {
    first_interrupt_ = event.cycle;
  }
  if (event.number == GuestState::mti) change(event.cycle, WaveSignal::mtip, level);
  if (event.number == seip) change(event.cycle, WaveSignal::seip, level);
  if (event.number == meip) change(event.cycle, WaveSignal::meip, level);
}

void WaveWriter::finish(Cycle end) {
  passed(end);
  if (shadow_.follows()) {
    timer_.advance_to(end);
    shadow_.stop();
    shadow_.advance_to(end);
    shadow_.rtl().observe(nullptr);
  }
  file_->close();
  file_.reset();
  write_wave_view(outdir_, format_, platform_, focus());
}

/// The first timer interrupt, with some of what came before.
WaveFocus WaveWriter::focus() const {
  constexpr Cycle before(60);
  const Cycle cursor = std::max(window_.first, first_interrupt_.value_or(window_.first));
  const Cycle start = cursor >= window_.first + before ? cursor - before : window_.first;
  return {picoseconds(start, true), picoseconds(cursor, true)};
}

}  // namespace cyclevisor
