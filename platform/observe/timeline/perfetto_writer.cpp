#include "platform/observe/timeline/perfetto_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "platform/observe/latency/trap_statistics.hpp"

namespace cyclevisor {
namespace {

constexpr unsigned process = 1;
// Threads of the one process; VMs have their numbers.
constexpr unsigned hypervisor_track = 100;
constexpr unsigned line_track = 101;

constexpr std::uint64_t picoseconds_per_second = 1'000'000'000'000;
constexpr std::uint64_t picoseconds_per_us = 1'000'000;

// Bounds the list for a guest that never returns from its handlers.
constexpr std::size_t max_open_handlers = 64;

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

}  // namespace

PerfettoWriter::PerfettoWriter(const ObservedPlatform& platform, const VmWatch& watch,
                               GuestView& view, const PerfettoWindow& window)
    : platform_(platform),
      watch_(watch),
      map_(platform.stages),
      window_(window),
      native_(!platform.arrangement.monitored()) {
  for (const ObservedVm& vm : platform.vms) vms_.push_back({vm.number, vm.name, {}});
  if (native_) {
    guest_since_ = Cycle(0);
    guest_ = watch.current();
  } else {
    trap_since_ = Cycle(0);
  }
  view.attach(*this);
}

PerfettoWriter::Vm* PerfettoWriter::find(unsigned number) {
  const auto found = std::find_if(vms_.begin(), vms_.end(),
                                  [number](const Vm& vm) { return vm.number == number; });
  return found == vms_.end() ? nullptr : &*found;
}

// --- The file's entries -------------------------------------------------------------------

/// The format counts in microseconds. Six decimals are exact: a period has whole picoseconds.
std::string PerfettoWriter::time(Cycle at) const {
  const std::uint64_t period = picoseconds_per_second / platform_.clock_hz;
  const std::uint64_t per_us = picoseconds_per_us;
  return fmt::format("{}.{:06}", at.value * period / per_us, at.value * period % per_us);
}

std::string PerfettoWriter::duration(Cycle from, Cycle to) const { return time(to - from); }

void PerfettoWriter::append(const std::string& event) {
  events_ += count_ == 0 ? "\n" : ",\n";
  events_ += event;
  ++count_;
}

void PerfettoWriter::slice(unsigned track, const std::string& name, Cycle from, Cycle to,
                           const std::string& arguments) {
  from = std::max(from, window_.first);
  if (to <= from) return;
  append(fmt::format(R"({{"ph":"X","pid":{},"tid":{},"ts":{},"dur":{},"name":{}{}}})", process,
                     track, time(from), duration(from, to), quoted(name),
                     arguments.empty() ? "" : ",\"args\":" + arguments));
}

void PerfettoWriter::instant(unsigned track, const std::string& name, Cycle at) {
  if (at < window_.first) return;
  append(fmt::format(R"({{"ph":"i","s":"t","pid":{},"tid":{},"ts":{},"name":{}}})", process, track,
                     time(at), quoted(name)));
}

void PerfettoWriter::arrow(char phase, unsigned track, Cycle at) {
  append(fmt::format(
      R"({{"ph":"{}","id":{},"pid":{},"tid":{},"ts":{},"name":"timer interrupt","cat":"irq"{}}})",
      phase, arrows_, process, track, time(at), phase == 'f' ? R"(,"bp":"e")" : ""));
}

// --- Slices --------------------------------------------------------------------------------------

bool PerfettoWriter::reach(Cycle at) {
  if (stopped_) return false;
  if (at > window_.last || count_ >= window_.events) {
    stop(std::min(at, window_.last));
    return false;
  }
  return true;
}

void PerfettoWriter::stop(Cycle at) {
  close_guest(at);
  close_trap(at);
  close_line(at);
  for (Vm& vm : vms_) {
    while (!vm.handlers.empty()) close_handler(vm, at);
  }
  stopped_ = true;
  stopped_at_ = at;
}

void PerfettoWriter::close_guest(Cycle at) {
  if (guest_since_) slice(guest_, "guest", *guest_since_, at);
  guest_since_.reset();
}

void PerfettoWriter::close_stage(Cycle at) {
  if (stage_) {
    slice(hypervisor_track, stage_names[static_cast<std::size_t>(*stage_)], stage_since_, at);
  }
  stage_.reset();
  stage_since_ = at;
}

void PerfettoWriter::close_trap(Cycle at) {
  if (!trap_since_) return;
  close_stage(at);
  const Vm* vm = find(guest_);
  slice(hypervisor_track, cause_, *trap_since_, at,
        vm == nullptr ? "" : "{\"vm\":" + quoted(vm->name) + "}");
  trap_since_.reset();
}

void PerfettoWriter::close_line(Cycle at) {
  if (line_since_) slice(line_track, "MTIP", *line_since_, at);
  line_since_.reset();
}

void PerfettoWriter::close_handler(Vm& vm, Cycle at) {
  const Handler handler = vm.handlers.back();
  vm.handlers.pop_back();
  std::string arguments;
  if (handler.deadline) {
    arguments = fmt::format(R"({{"deadline":{},"latency":{}}})", handler.deadline->value,
                            (handler.entered - *handler.deadline).value);
    instant(vm.number, "deadline", *handler.deadline);
  }
  slice(vm.number, handler.name, handler.entered, at, arguments);
  const std::optional<Cycle> first = handler.line ? handler.line : handler.trap;
  if (!handler.deadline || !first || *first < window_.first || at <= handler.entered) return;
  ++arrows_;
  arrow('s', handler.line ? line_track : hypervisor_track, *first);
  if (handler.line && handler.trap) arrow('t', hypervisor_track, *handler.trap);
  arrow('f', vm.number, handler.entered);
}

// --- Events --------------------------------------------------------------------------------------

void PerfettoWriter::landmark(const LandmarkHit& hit) {
  if (!reach(hit.cycle)) return;
  const Landmark& landmark = platform_.landmarks[hit.landmark];
  instant(landmark.vm, landmark.name, hit.cycle);
}

void PerfettoWriter::on(const Retire& event) {
  if (!trap_since_ || !reach(event.cycle)) return;
  const HypervisorStage stage = map_.at(event.pc);
  // The cycles up to an instruction are its stage's: it began where the one before retired.
  if (stage_ != stage) {
    close_stage(retired_);
    stage_ = stage;
  }
  retired_ = event.cycle;
}

void PerfettoWriter::on_plain(RetireSpan events) {
  for (const Retire& event : events) PerfettoWriter::on(event);
}

void PerfettoWriter::on(const Trap& event) {
  if (native_ || !guest_since_ || watch_.running() || !reach(event.cycle)) return;
  close_guest(event.cycle);
  trap_since_ = stage_since_ = retired_ = event.cycle;
  cause_ = cause_name(event.cause);
}

void PerfettoWriter::on(const TrapReturn& event) {
  if (native_ || !trap_since_ || !watch_.running() || !reach(event.cycle)) return;
  close_trap(event.cycle);
  guest_since_ = event.cycle;
  guest_ = watch_.current();
}

void PerfettoWriter::on(const Idle& event) {
  if (!reach(event.until)) return;
  slice(native_ ? guest_ : hypervisor_track, "wfi", event.cycle, event.until);
}

void PerfettoWriter::on(const InterruptLine& event) {
  if (event.number != GuestState::mti || !reach(event.cycle)) return;
  close_line(event.cycle);
  if (!event.level) {
    line_fell_ = event.cycle;
    return;
  }
  line_known_ = true;
  line_since_ = line_rose_ = event.cycle;
  line_fell_ = Cycle::never();
}

void PerfettoWriter::enter(unsigned number, Handler handler) {
  Vm* vm = find(number);
  if (vm == nullptr) return;
  if (vm->handlers.size() == max_open_handlers) vm->handlers.erase(vm->handlers.begin());
  vm->handlers.push_back(std::move(handler));
}

void PerfettoWriter::interrupt_entered(const GuestInterrupt& interrupt) {
  if (!reach(interrupt.cycle)) return;
  Handler handler{cause_name(Trap::interrupt_bit | interrupt.number), interrupt.cycle, {}, {}, {}};
  if (interrupt.expired && interrupt.number == GuestState::mti) {
    handler.deadline = interrupt.deadline;
    // The line may have fallen again: the hypervisor has programmed the next deadline.
    const Cycle from = std::max(line_rose_, interrupt.deadline);
    // An arrow begins and passes within slices, and the hypervisor's ends here.
    const Cycle latest = native_ ? interrupt.cycle : interrupt.cycle - Cycle(1);
    if (line_known_ && from < line_fell_ && from <= latest) handler.line = from;
    if (trap_since_) {
      const Cycle cause = handler.line.value_or(*handler.deadline);
      handler.trap = std::min(std::max(*trap_since_, cause), latest);
    }
  }
  enter(interrupt.vm, std::move(handler));
}

void PerfettoWriter::exception_entered(unsigned vm, Cycle at) {
  if (reach(at)) enter(vm, {"exception", at, {}, {}, {}});
}

void PerfettoWriter::handler_returned(unsigned number, Cycle at) {
  if (!reach(at)) return;
  Vm* vm = find(number);
  if (vm != nullptr && !vm->handlers.empty()) close_handler(*vm, at);
}

void PerfettoWriter::finish(Cycle end) {
  if (!stopped_) stop(std::min(end, window_.last));
}

void PerfettoWriter::write(std::ostream& out) const {
  out << "{\"displayTimeUnit\":\"ns\",\n\"otherData\":{\"clock_hz\":" << platform_.clock_hz
      << ",\"first_cycle\":" << window_.first.value << ",\"last_cycle\":" << stopped_at_.value
      << "},\n\"traceEvents\":[";
  const char* separator = "\n";
  const auto name = [&](unsigned track, const std::string& text, std::size_t order) {
    out << separator
        << fmt::format(
               R"({{"ph":"M","pid":{0},"tid":{1},"name":"thread_name","args":{{"name":{2}}}}},)"
               "\n"
               R"({{"ph":"M","pid":{0},"tid":{1},"name":"thread_sort_index",)"
               R"("args":{{"sort_index":{3}}}}})",
               process, track, quoted(text), order);
    separator = ",\n";
  };
  std::size_t order = 0;
  name(line_track, "RTL timer: MTIP", order++);
  if (!native_) name(hypervisor_track, "hypervisor", order++);
  for (const Vm& vm : vms_) name(vm.number, vm.name, order++);
  if (count_ != 0) out << ",";
  out << events_ << "\n]}\n";
}

}  // namespace cyclevisor
