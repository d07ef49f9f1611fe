#include "platform/observe/waves/wave_writer.hpp"

#include <algorithm>
#include <array>

#include "platform/observe/guest/guest_state.hpp"
#include "platform/observe/waves/wave_names.hpp"

namespace cyclevisor {

WaveWriter::WaveWriter(const WaveInput& input, TimerRtl& timer, WaveFormat format,
                       const std::filesystem::path& outdir, WaveWindow window, WaveParts parts)
    : platform_(input.platform),
      symbols_(input.symbols),
      rows_(wave_rows(input.platform)),
      timer_(timer),
      format_(format),
      outdir_(outdir),
      window_{Cycle::never(), Cycle::never(), window.trigger},
      wanted_(window),
      parts_(std::move(parts)),
      watch_(input.platform),
      phases_(input.platform, input.view,
              [this](Cycle cycle, std::size_t row, std::uint64_t value) {
                change_row(cycle, row, value);
              }),
      stages_(input.platform.stages),
      values_(rows_.size()),
      shadow_(timer, input.platform.prescale, format, *this),
      written_(Cycle::never()) {
  values_[index(WaveSignal::mode)] = static_cast<std::uint64_t>(PrivilegeMode::machine);
  values_[index(WaveSignal::cause)] = wave_cause_none;
  running_changed(Cycle(0));
  const char* file = format == WaveFormat::fst ? "trace.fst" : "trace.vcd";
  file_ = open_wave_file(outdir / file, format, shadow_.rtl(), {platform_, rows_, values_, texts_});
  write_views({});
  if (wanted_.trigger == WaveTrigger::none) open_window(Cycle(0));
}

WaveWriter::~WaveWriter() {
  if (file_ == nullptr) return;
  if (shadow_.follows()) shadow_.stop();
  file_->close();
}

void WaveWriter::trigger(WaveTrigger what, Cycle cycle) {
  if (what != wanted_.trigger || triggered_) return;
  triggered_ = cycle;
  open_window(cycle);
}

void WaveWriter::open_window(Cycle origin) {
  const auto after = [origin](Cycle wanted) {
    return wanted < Cycle::never() - origin ? origin + wanted : Cycle::never();
  };
  window_.first = after(wanted_.first);
  window_.last = after(wanted_.last);
  written_ = window_.first;
  shadow_.start(window_.first);
}

void WaveWriter::change(Cycle cycle, WaveSignal signal, std::uint64_t value) {
  change_row(cycle, index(signal), value);
}

void WaveWriter::change_row(Cycle cycle, std::size_t row, std::uint64_t value) {
  if (cycle < window_.first && waiting_.empty()) {
    values_[row] = value;  // earlier values are not recorded
    return;
  }
  if (cycle < written_ && cycle >= window_.first) ++late_;
  auto next = waiting_.end();
  while (next != waiting_.begin() && cycle < std::prev(next)->cycle) --next;
  waiting_.insert(next, {cycle, row, value});
}

void WaveWriter::running_changed(Cycle cycle) {
  const unsigned running = watch_.running().value_or(0);
  change(cycle, WaveSignal::vm, running);
  for (std::size_t i = 0; i < platform_.vms.size(); ++i) {
    change_row(cycle, index(i, VmWaveSignal::running), platform_.vms[i].number == running ? 1 : 0);
  }
  if (running == 0) return;
  if (ran_ != 0 && ran_ != running) trigger(WaveTrigger::vm_switch, cycle);
  ran_ = running;
}

/// The instruction at `pc` belongs to the function of this name.
void WaveWriter::located(Cycle cycle, VirtualAddress pc) {
  change(cycle, WaveSignal::pc, pc.value);
  const unsigned vm = watch_.running().value_or(0);
  change(cycle, WaveSignal::location, wave_location(vm, pc));
  if (vm == located_vm_ && pc.value >= located_.first && pc.value <= located_.last) return;
  located_vm_ = vm;
  const SymbolTable* symbols = symbols_of(platform_, symbols_, vm);
  located_ = (symbols == nullptr ? std::nullopt : symbols->find(pc.value))
                 .value_or(SymbolTable::Symbol{pc.value, pc.value, ""});
  change(cycle, WaveSignal::function, function_number(vm, located_.name));
  // Stages are made of whole functions.
  const std::uint64_t stage = vm != 0 ? 0 : 1 + static_cast<std::uint64_t>(stages_.at(pc));
  change(cycle, WaveSignal::stage, stage);
}

std::uint64_t WaveWriter::function_number(unsigned vm, const std::string& name) {
  const ObservedVm* owner = platform_.find(vm);
  return text_number(wave_text_value(
      name.empty() ? "" : (owner == nullptr ? "" : owner->name + ": ") + wave_function(name)));
}

std::uint64_t WaveWriter::text_number(const std::string& text) {
  const auto [entry, is_new] = text_numbers_.emplace(text, texts_.size());
  if (is_new) texts_.push_back(text);
  return entry->second;
}

void WaveWriter::landmark(const LandmarkHit& hit) {
  const std::string& name = platform_.landmarks[hit.landmark].name;
  change(hit.cycle, WaveSignal::landmark, text_number(wave_text_value(name)));
  change(hit.cycle + Cycle(1), WaveSignal::landmark, text_number(wave_text_value("")));
}

bool WaveWriter::in_window(Cycle cycle) const {
  if (cycle < window_.first || cycle > window_.last) return false;
  return parts_.empty() || std::any_of(parts_.begin(), parts_.end(), [cycle](const auto& part) {
           return cycle >= part.first && cycle <= part.second;
         });
}

void WaveWriter::apply_until(Cycle cycle) {
  while (!waiting_.empty() && waiting_.front().cycle <= cycle) {
    values_[waiting_.front().row] = waiting_.front().value;
    waiting_.pop_front();
  }
}

/// The hart has reached `cycle`: the events of all earlier cycles have been published.
void WaveWriter::passed(Cycle cycle) {
  if (cycle < passed_ || file_ == nullptr) return;
  phases_.passed(cycle);
  passed_ = cycle;
  if (!shadow_.follows() || cycle < window_.first) {
    apply_until(cycle);
    return;
  }
  catch_up();
  // Without a shadow the timer simulates faster.
  if (written_ > window_.last) shadow_.stop();
}

void WaveWriter::catch_up() {
  // The RTL's clock is advanced lazily. When the timer is not accessed for very long, the changes
  // must not pile up. The RTL may be clocked up to its horizon at any time.
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
  if (!in_window(cycle)) return;
  file_->dump(picoseconds(cycle, clock_level));
}

void WaveWriter::on(const Retire& event) {
  if (written_ > window_.last) return;  // the window has passed
  passed(event.cycle);
  watch_.on(event);
  located(event.cycle, event.pc);
  change(event.cycle, WaveSignal::instruction, event.instruction);
}

void WaveWriter::on(const Trap& event) {
  trigger(WaveTrigger::trap, event.cycle);
  passed(event.cycle);
  phases_.on(event);
  located(event.cycle, event.epc);  // still the code that traps
  watch_.on(event);
  change(event.cycle, WaveSignal::instruction, event.instruction);
  change(event.cycle, WaveSignal::mode, static_cast<std::uint64_t>(event.to));
  running_changed(event.cycle);
  change(event.cycle, WaveSignal::cause, wave_cause(event.cause));
}

void WaveWriter::on(const TrapReturn& event) {
  passed(event.cycle);
  phases_.on(event);
  watch_.on(event);
  change(event.cycle, WaveSignal::mode, static_cast<std::uint64_t>(event.to));
  running_changed(event.cycle);
  change(event.cycle, WaveSignal::cause, wave_cause_none);
}

void WaveWriter::on(const AddressSpace& event) {
  watch_.on(event);
  running_changed(event.cycle);
}

void WaveWriter::on(const Idle& event) {
  passed(event.cycle);
  change(event.cycle, WaveSignal::idle, 1);
  change(event.until, WaveSignal::idle, 0);
}

void WaveWriter::on(const BusRequest& event) {
  passed(event.cycle);
  if (in_window(event.cycle)) transfers_.push_back(event.cycle);
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

void WaveWriter::on(const MasterTransfer& event) {
  passed(event.cycle);
  change(event.cycle, WaveSignal::dma_valid, 1);
  change(event.cycle, WaveSignal::dma_master, event.master);
  change(event.cycle, WaveSignal::dma_write, event.write ? 1 : 0);
  change(event.cycle, WaveSignal::dma_address, event.address.value);
  change(event.cycle, WaveSignal::dma_bytes, event.bytes);
  change(event.cycle, WaveSignal::dma_error, event.error ? 1 : 0);
  const Cycle after = event.end + Cycle(1);
  change(after, WaveSignal::dma_valid, 0);
  change(after, WaveSignal::dma_error, 0);
}

void WaveWriter::on(const InterruptLine& event) {
  constexpr unsigned seip = 9;
  constexpr unsigned meip = 11;
  phases_.on(event);
  if (event.level) trigger(WaveTrigger::irq, event.cycle);
  const std::uint64_t level = event.level ? 1 : 0;
  if (event.number == GuestState::msi) change(event.cycle, WaveSignal::msip, level);
  if (event.number == GuestState::mti && event.level && in_window(event.cycle)) {
    rises_.push_back(event.cycle);
  }
  if (event.number == GuestState::mti) change(event.cycle, WaveSignal::mtip, level);
  if (event.number == seip) change(event.cycle, WaveSignal::seip, level);
  if (event.number == meip) change(event.cycle, WaveSignal::meip, level);
}

void WaveWriter::finish(Cycle end, const std::vector<LatencySample>& samples) {
  passed(end);
  if (shadow_.follows()) {
    timer_.advance_to(end);
    shadow_.stop();
    shadow_.advance_to(end);
    shadow_.rtl().observe(nullptr);
  }
  file_->close();
  const std::unique_ptr<WaveFile> file = std::move(file_);
  write_views(samples);
  file->check();
}

void WaveWriter::write_views(const std::vector<LatencySample>& samples) const {
  write_wave_views(outdir_, format_, {platform_, symbols_, focus(samples)});
}

/// The worst sample that has been recorded from deadline to return; otherwise the first timer
/// interrupt.
WaveFocus WaveWriter::focus(const std::vector<LatencySample>& samples) const {
  const LatencySample* worst = nullptr;
  for (const LatencySample& sample : samples) {
    const bool recorded = in_window(sample.deadline) &&
                          in_window(sample.deadline + Cycle(sample.total));
    if (recorded && (worst == nullptr || sample.latency() > worst->latency())) worst = &sample;
  }
  const auto time = [this](Cycle cycle) { return picoseconds(cycle, true); };
  WaveFocus focus;
  const Cycle opened = window_.first == Cycle::never() ? Cycle(0) : window_.first;
  const Cycle first = rises_.empty() ? opened : rises_.front();
  focus.begin = focus.end = focus.line = time(first);
  const Cycle deadline = worst == nullptr ? first : worst->deadline;
  const auto transfer = std::lower_bound(transfers_.begin(), transfers_.end(), deadline);
  focus.bus = time(transfer == transfers_.end() ? deadline : *transfer);
  if (worst == nullptr) return focus;
  // The line's last rise before the handler caused the guest's interrupt.
  const auto rise =
      std::upper_bound(rises_.begin(), rises_.end(), deadline + Cycle(worst->latency()));
  focus.line = time(rise == rises_.begin() ? deadline : *(rise - 1));
  focus.begin = time(deadline);
  focus.markers.push_back({"deadline", focus.begin});
  // The end of each phase. Ends that coincide share a marker.
  static constexpr std::array<const char*, phase_count> ends = {"line",    "trap",  "entry",
                                                                "handler", "rearm", "return"};
  Cycle at = deadline;
  for (std::size_t i = 0; i < phase_count; ++i) {
    at = at + Cycle(worst->phases[i]);
    WaveMarker& last = focus.markers.back();
    if (last.time == time(at)) {
      last.name += std::string("=") + ends[i];
    } else {
      focus.markers.push_back({ends[i], time(at)});
    }
  }
  focus.end = time(at);
  return focus;
}

}  // namespace cyclevisor
