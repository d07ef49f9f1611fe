#include "models/hart/hart.hpp"

#include <stdexcept>
#include <string>

#include "models/hart/engine.hpp"

namespace cyclevisor {

class Hart::Implementation {
 public:
  Implementation(const HartConfig& config, PhysicalBus& bus, TimeSource& time,
                 const EventStream& events, const EngineFactory& factory)
      : state(config, bus, time, events), engine(factory(state)) {}

  void reset(std::uint64_t start, std::uint64_t a0, std::uint64_t a1) {
    state.core.reset(start, a0, a1);
    state.waiting = false;
    engine->reset();
  }
  void invalidate_time() { state.core.csrs.update_timer(state.now); }

  HartState state;
  std::unique_ptr<Engine> engine;
};

Hart::Hart(const HartConfig& config, PhysicalBus& bus, TimeSource& time, const EventStream& events,
           const EngineFactory& factory)
    : implementation_(std::make_unique<Implementation>(config, bus, time, events, factory)) {}

Hart::~Hart() = default;

void Hart::reset(VirtualAddress pc, std::uint64_t a0, std::uint64_t a1) {
  implementation_->reset(pc.value, a0, a1);
}

Cycle Hart::now() const { return implementation_->state.now; }

Hart::Stop Hart::run() {
  const EventPublisher& publisher = implementation_->state.publisher;
  try {
    const Stop reason = implementation_->engine->run();
    publisher.end_run();
    return reason;
  } catch (...) {
    publisher.end_run();  // what had happened before is not lost
    throw;
  }
}

void Hart::finish() { implementation_->engine->finish(); }

void Hart::set_horizon(Cycle horizon) { implementation_->state.horizon = horizon; }

void Hart::request_stop() { implementation_->state.stop_requested = true; }

void Hart::set_interrupt_line(unsigned number, bool level) {
  if (number != 3 && number != 7 && number != 9 && number != 11) {
    throw std::invalid_argument("no interrupt line " + std::to_string(number));
  }
  Core& core = implementation_->state.core;
  // Without S-mode there is no supervisor external interrupt.
  if (number == 9 && !core.has(Extension::s)) return;
  const std::uint64_t mask = bit(number);
  std::uint64_t& lines = core.csrs.state.interrupt_lines;
  const std::uint64_t updated = level ? lines | mask : lines & ~mask;
  if (updated == lines) return;
  lines = updated;
}

bool Hart::waiting() const { return implementation_->state.waiting; }

void Hart::idle_until(Cycle cycle) {
  if (!implementation_->state.waiting) throw std::logic_error("the hart does not wait");
  if (cycle < implementation_->state.now) throw std::logic_error("the clock does not go back");
  implementation_->state.now = cycle;
}

Cycle Hart::next_timer_event() const { return implementation_->state.core.csrs.next_timer_event(); }

void Hart::invalidate_time() { implementation_->invalidate_time(); }

void Hart::invalidate_direct_memory() {
  implementation_->state.core.memory.invalidate_direct_memory();
}

void Hart::memory_written(PhysicalAddress first, std::uint64_t bytes) {
  std::optional<PhysicalAddress>& reservation = implementation_->state.core.reservation;
  // A write of another device to the bytes accessed by the LR makes the SC fail (unprivileged
  // specification, "Load-Reserved/Store-Conditional Instructions").
  if (reservation && first < *reservation + reservation_set_bytes && *reservation < first + bytes) {
    reservation.reset();
  }
  implementation_->engine->memory_written(first, bytes);
}

std::uint64_t Hart::x(unsigned number) const { return implementation_->state.core.x.at(number); }

void Hart::set_x(unsigned number, std::uint64_t value) {
  implementation_->state.core.x.at(number);
  implementation_->state.core.write_x(number, value);
}

VirtualAddress Hart::pc() const { return VirtualAddress(implementation_->state.core.pc); }

void Hart::set_pc(VirtualAddress pc) {
  implementation_->state.core.pc = pc.value;
  implementation_->engine->refetch();
}

PrivilegeMode Hart::mode() const { return implementation_->state.core.mode; }

std::optional<std::uint64_t> Hart::csr(std::uint16_t number) const {
  CsrFile& csrs = implementation_->state.core.csrs;
  if (number >= csr::count || csrs.row(number) == nullptr) return std::nullopt;
  return csrs.read(*csrs.row(number), PrivilegeMode::machine, implementation_->state.now);
}

bool Hart::set_csr(std::uint16_t number, std::uint64_t value) {
  Core& core = implementation_->state.core;
  if (number >= csr::count) return false;
  if (core.csrs.check(number, CsrAccess::write, PrivilegeMode::machine)) return false;
  core.csrs.write(*core.csrs.row(number), PrivilegeMode::machine, implementation_->state.now,
                  value);
  core.memory.translations_changed();
  core.memory.refresh(core.mode);
  implementation_->engine->refetch();
  return true;
}

std::uint64_t Hart::instructions_retired() const {
  return implementation_->state.core.csrs.retired;
}

}  // namespace cyclevisor
