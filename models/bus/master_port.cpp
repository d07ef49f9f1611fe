#include "models/bus/master_port.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace cyclevisor {

MasterPort::MasterPort(sc_core::sc_module_name name, const MasterPortTiming& timing, Report report)
    : sc_module(name), socket("socket"), timing_(timing), report_(std::move(report)) {}

void MasterPort::join(MasterSocket& master) {
  const int number = static_cast<int>(from_.size()) + 1;
  from_.push_back(std::make_unique<From>(("from_" + std::to_string(number)).c_str()));
  From& from = *from_.back();
  from.register_b_transport(this, &MasterPort::b_transport, number);
  from.register_transport_dbg(this, &MasterPort::transport_dbg, number);
  master.bind(from);
}

void MasterPort::wait_for_edge() const {
  const std::uint64_t period = timing_.clock_period.value();
  const std::uint64_t beyond = sc_core::sc_time_stamp().value() % period;
  if (beyond != 0) sc_core::wait(sc_core::sc_time::from_value(period - beyond));
}

void MasterPort::b_transport(int master, tlm::tlm_generic_payload& payload,
                             sc_core::sc_time& delay) {
  if (delay != sc_core::SC_ZERO_TIME) sc_core::wait(delay);
  delay = sc_core::SC_ZERO_TIME;
  port_.lock();
  wait_for_edge();

  MasterTransfer event;
  event.cycle = Cycle(sc_core::sc_time_stamp().value() / timing_.clock_period.value());
  event.master = static_cast<std::uint8_t>(master);
  event.address = PhysicalAddress(payload.get_address());
  event.bytes = payload.get_data_length();
  event.write = payload.is_write();
  sc_core::sc_time none;
  payload.set_dmi_allowed(false);
  socket->b_transport(payload, none);
  event.error = payload.is_response_error();
  const std::uint64_t beats = std::max<std::uint64_t>(1, (std::uint64_t{event.bytes} + 7) / 8);
  const std::uint64_t cycles = 1 + timing_.latency + beats + (beats - 1) * timing_.beat;
  event.end = event.cycle + Cycle(cycles - 1);
  report_(event);

  payload.set_dmi_allowed(false);
  sc_core::wait(sc_core::sc_time::from_value(cycles * timing_.clock_period.value()));
  port_.unlock();
}

}  // namespace cyclevisor
