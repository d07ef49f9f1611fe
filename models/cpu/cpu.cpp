#include "models/cpu/cpu.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace cyclevisor {
namespace {

constexpr unsigned msip_line = 3;
constexpr unsigned mtip_line = 7;

}  // namespace

Cpu::Cpu(sc_core::sc_module_name name, const CpuConfig& config, ApbTimer& timer,
         const EventStream& events)
    : sc_module(name),
      fetch_socket("fetch_socket"),
      data_socket("data_socket"),
      config_(config),
      timer_(timer),
      events_(events),
      hart_(config.hart, *this, *this, events, config.engine) {
  fetch_socket.register_invalidate_direct_mem_ptr(this, &Cpu::invalidate_direct_mem_ptr);
  data_socket.register_invalidate_direct_mem_ptr(this, &Cpu::invalidate_direct_mem_ptr);
  sc_core::sc_spawn([this] { thread(); }, "thread");
}

void Cpu::stop() {
  stop_requested_ = true;
  hart_.request_stop();
}

void Cpu::rethrow_failure() const {
  if (failure_) std::rethrow_exception(failure_);
}

void Cpu::set_interrupt_line(unsigned number, bool level) {
  outside_.emplace_back(InterruptLine{cycle_at(sc_core::sc_time_stamp()),
                                      static_cast<std::uint8_t>(number), level});
}

void Cpu::master_transferred(const MasterTransfer& event) { outside_.emplace_back(event); }

void Cpu::thread() {
  try {
    run();
  } catch (const sc_core::sc_unwind_exception&) {
    throw;  // the kernel ends the process
  } catch (...) {
    failure_ = std::current_exception();
    end_ = End::failure;
  }
  sc_core::sc_stop();
}

void Cpu::run() {
  bool stopped = false;
  while (end_ == End::running) {
    synchronize(hart_.now());
    pass_written();
    poll();
    if (control_ != nullptr && !stop_requested_) {
      control_due_ = control_->control(hart_.now());
      synchronize(hart_.now());  // a debugger may have written to the timer
      if (stop_wanted()) stop();
    }
    if (stopped && stop_requested_) {
      end_ = End::requested;
    } else if (hart_.now() >= config_.limit) {
      end_ = End::cycle_limit;
    } else {
      const Hart::Stop reason = hart_.run();
      // An access that has started is completed first, even beyond a horizon.
      stopped = reason == Hart::Stop::requested;
      if (reason == Hart::Stop::waiting && !stop_requested_ && !idle()) {
        // The hart may have continued until its pipeline was empty.
        synchronize(hart_.now());
        end_ = End::deadlock;
      }
    }
  }
  hart_.finish();
}

/// Whether somebody wants the run to end: with `stop_request_`, or by sc_stop, which the kernel sees
/// only when the thread waits.
void Cpu::poll() {
  if (stop_request_ == nullptr || hart_.now() < poll_due_) return;
  poll_due_ = hart_.now() + polling_cycles;
  wait(sc_core::SC_ZERO_TIME);
  if (stop_wanted()) stop();
  hart_.set_horizon(horizon());
}

void Cpu::synchronize(Cycle cycle) {
  const sc_core::sc_time target = time_of(cycle);
  while (sc_core::sc_time_stamp() + sc_core::sc_time_to_pending_activity() <= target) {
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    // At the target time itself every delta cycle comes first: rising edge, then hart.
    wait(now < target ? target - now : sc_core::SC_ZERO_TIME);
  }
  pass_outside(cycle);
  // What was written is passed on between two instructions.
  hart_.set_horizon(written_.empty() ? horizon() : cycle);
}

bool Cpu::idle() {
  const bool others = config_.sync == SyncMode::fast ? pending_activity() != Cycle::never()
                                                     : activity_ && activity_();
  if (timer_.rtl().horizon() == Cycle::never() && hart_.next_timer_event() == Cycle::never() &&
      !others) {
    return false;
  }
  hart_.idle_until(std::max(hart_.now(), std::min(outside_horizon(), hart_.next_timer_event())));
  return true;
}

Cycle Cpu::horizon() const {
  // Once the run is to end, the execution control is no longer called.
  if (stop_requested_) return outside_horizon();
  Cycle due = control_due_;
  if (stop_request_ != nullptr) due = std::min(due, poll_due_);
  return std::min(due, outside_horizon());
}

Cycle Cpu::outside_horizon() const {
  return std::min(config_.limit, std::min(timer_.horizon(), pending_activity()));
}

Cycle Cpu::pending_activity() const {
  if (!sc_core::sc_pending_activity()) return Cycle::never();
  return cycle_at(sc_core::sc_time_stamp() + sc_core::sc_time_to_pending_activity());
}

void Cpu::pass_outside(Cycle cycle) {
  // By index: while the timer advances to a change, another process may add one.
  for (std::size_t i = 0; i < outside_.size(); ++i) {
    const auto next = outside_[i];
    std::visit([this](const auto& event) { pass(event); }, next);
  }
  outside_.clear();
  timer_.advance_to(cycle);
  pass_timer_lines();
}

void Cpu::pass(const InterruptLine& line) {
  timer_.advance_to(line.cycle);
  events_.publish(line);
  hart_.set_interrupt_line(line.number, line.level);
}

void Cpu::pass(const MasterTransfer& transfer) {
  timer_.advance_to(transfer.cycle);
  events_.publish(transfer);
  if (transfer.write && !transfer.error) written_.push_back(transfer);
}

void Cpu::pass_written() {
  if (written_.empty()) return;
  for (const MasterTransfer& transfer : written_) {
    hart_.memory_written(transfer.address, transfer.bytes);
  }
  written_.clear();
  hart_.set_horizon(horizon());
}

void Cpu::pass_timer_lines() {
  if (timer_.mtip() != mtip_) {
    mtip_ = timer_.mtip();
    hart_.set_interrupt_line(mtip_line, mtip_);
  }
  if (timer_.msip() != msip_) {
    msip_ = timer_.msip();
    hart_.set_interrupt_line(msip_line, msip_);
  }
}

unsigned Cpu::debug_read(PhysicalAddress address, unsigned char* data, unsigned bytes) {
  tlm::tlm_generic_payload payload;
  payload.set_command(tlm::TLM_READ_COMMAND);
  payload.set_address(address.value);
  payload.set_data_ptr(data);
  payload.set_data_length(bytes);
  return data_socket->transport_dbg(payload);
}

unsigned Cpu::debug_write(PhysicalAddress address, const unsigned char* data, unsigned bytes) {
  std::vector<unsigned char> copy(data, data + bytes);
  tlm::tlm_generic_payload payload;
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_address(address.value);
  payload.set_data_ptr(copy.data());
  payload.set_data_length(bytes);
  const unsigned done = data_socket->transport_dbg(payload);
  hart_.memory_written(address, done);
  hart_.invalidate_time();
  return done;
}

DirectRegion Cpu::direct(PhysicalAddress address) {
  tlm::tlm_dmi dmi;
  payload_.set_command(tlm::TLM_READ_COMMAND);
  payload_.set_address(address.value);
  if (!data_socket->get_direct_mem_ptr(payload_, dmi) || !dmi.is_read_allowed()) return {};
  const std::uint64_t first = dmi.get_start_address();
  return {PhysicalAddress(first), dmi.get_end_address() - first + 1,
          reinterpret_cast<std::byte*>(dmi.get_dmi_ptr()), dmi.is_write_allowed()};
}

void Cpu::invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) {
  hart_.invalidate_direct_memory();
}

BusReply Cpu::fetch(PhysicalAddress address, unsigned bytes, Cycle at) {
  return transport(fetch_socket, tlm::TLM_READ_COMMAND, address, bytes, 0, at);
}

BusReply Cpu::read(PhysicalAddress address, unsigned bytes, Cycle at) {
  return transport(data_socket, tlm::TLM_READ_COMMAND, address, bytes, 0, at);
}

BusReply Cpu::write(PhysicalAddress address, unsigned bytes, std::uint64_t data, Cycle at) {
  return transport(data_socket, tlm::TLM_WRITE_COMMAND, address, bytes, data, at);
}

Cycle Cpu::cycle_of(std::uint64_t value) const {
  // The timer's prescaler runs freely from cycle 0: mtime counts at multiples of the prescale.
  const TimerRtl& rtl = timer_.rtl();
  const std::uint64_t counts = value - rtl.mtime();
  const std::uint64_t periods = rtl.now().value / config_.prescale;
  if (counts > Cycle::never().value / config_.prescale - periods) return Cycle::never();
  return Cycle((periods + counts) * config_.prescale);
}

BusReply Cpu::transport(Socket& socket, tlm::tlm_command command, PhysicalAddress address,
                        unsigned bytes, std::uint64_t data, Cycle at) {
  std::array<unsigned char, 8> buffer{};
  for (unsigned i = 0; i < bytes; ++i) buffer[i] = static_cast<unsigned char>(data >> (8 * i));
  payload_.set_command(command);
  payload_.set_address(address.value);
  payload_.set_data_ptr(buffer.data());
  payload_.set_data_length(bytes);
  payload_.set_streaming_width(bytes);
  payload_.set_byte_enable_ptr(nullptr);
  payload_.set_dmi_allowed(false);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);

  const bool write = command == tlm::TLM_WRITE_COMMAND;
  if (events_.observed()) {
    BusRequest event;
    event.cycle = at;
    event.address = address;
    event.bytes = static_cast<std::uint8_t>(bytes);
    event.write = write;
    event.data = data;
    events_.publish(event);
  }
  sc_core::sc_time delay = time_of(at) - sc_core::sc_time_stamp();
  socket->b_transport(payload_, delay);
  const Cycle done = cycle_at(sc_core::sc_time_stamp() + delay);

  BusReply reply;
  reply.status = payload_.is_response_ok() ? BusStatus::ok : BusStatus::error;
  reply.done = done;
  if (!write && reply.status == BusStatus::ok) {
    for (unsigned i = bytes; i-- > 0;) reply.data = reply.data << 8 | buffer[i];
  }
  // The target may have changed the timer or scheduled a process. The hart still has to retire the
  // instruction in the transfer's last cycle, so time advances only up to that cycle.
  const Cycle last = done > at ? done - Cycle(1) : at;
  synchronize(last);
  if (events_.observed()) {
    BusTransfer event;
    event.cycle = at;
    event.end = last;
    event.address = address;
    event.bytes = static_cast<std::uint8_t>(bytes);
    event.write = write;
    event.error = reply.status == BusStatus::error;
    event.data = write ? data : reply.data;
    events_.publish(event);
  }
  return reply;
}

sc_core::sc_time Cpu::time_of(Cycle cycle) const {
  return sc_core::sc_time::from_value(cycle.value * config_.clock_period.value());
}

Cycle Cpu::cycle_at(const sc_core::sc_time& time) const {
  const std::uint64_t period = config_.clock_period.value();
  return Cycle(time.value() / period + (time.value() % period != 0 ? 1 : 0));
}

}  // namespace cyclevisor
