// A TLM-2.0 initiator, the bridge and a record of the events it published.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstring>
#include <functional>
#include <ostream>
#include <string>
#include <systemc>
#include <vector>

#include "models/rtl_bridge/apb_timer.hpp"

namespace cyclevisor::test {

inline const sc_core::sc_time period(10, sc_core::SC_NS);

inline Cycle cycle_now() { return Cycle(sc_core::sc_time_stamp().value() / period.value()); }

/// Every event as a line of text, in stream order.
class Recorder : public Sink {
 public:
  void on(const Retire& e) override {
    times_.push_back(e.cycle.value);
    add("retire @" + text(e.cycle) + " pc " + std::to_string(e.pc.value) + " value " +
        std::to_string(e.rd_value));
  }
  void on(const ApbTransfer& e) override {
    times_.push_back(e.end.value);
    add("apb @" + text(e.cycle) + "-" + text(e.end) + (e.pwrite ? " write " : " read ") +
        std::to_string(e.paddr) + " strobes " + std::to_string(e.pstrb) + " data " +
        std::to_string(e.data) + (e.pslverr ? " error" : ""));
  }
  void on(const InterruptLine& e) override {
    times_.push_back(e.cycle.value);
    add("line @" + text(e.cycle) + " " + std::to_string(e.number) + (e.level ? " high" : " low"));
  }
  const std::vector<std::string>& lines() const { return lines_; }
  /// The cycle of each event; for a transfer, the cycle in which it completed.
  const std::vector<std::uint64_t>& times() const { return times_; }

 private:
  static std::string text(Cycle cycle) { return std::to_string(cycle.value); }
  void add(std::string line) { lines_.push_back(std::move(line)); }
  std::vector<std::string> lines_;
  std::vector<std::uint64_t> times_;
};

struct Result {
  tlm::tlm_response_status status = tlm::TLM_INCOMPLETE_RESPONSE;
  std::uint64_t data = 0;
  Cycle done;
};

class Bench : public sc_core::sc_module {
 public:
  Bench(sc_core::sc_module_name name, unsigned prescale, SyncMode mode)
      : sc_module(name), timer("timer", period, prescale, mode, events) {
    events.attach(recorder);
    socket.bind(timer.socket);
  }

  /// Runs `body` as a thread process of the simulation; sets `finished` when it returns.
  void thread(std::function<void()> body) {
    ++running_;
    sc_core::sc_spawn([this, body] {
      body();
      --running_;
    });
  }
  bool finished() const { return running_ == 0; }

  Result access(tlm::tlm_command command, std::uint64_t address, unsigned bytes,
                std::uint64_t data = 0, Cycle delay = Cycle(0)) {
    unsigned char buffer[16] = {};
    std::memcpy(buffer, &data, sizeof data);
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(buffer);
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    return send(payload, delay);
  }
  Result read(std::uint64_t address, unsigned bytes, Cycle delay = Cycle(0)) {
    return access(tlm::TLM_READ_COMMAND, address, bytes, 0, delay);
  }
  Result write(std::uint64_t address, unsigned bytes, std::uint64_t data, Cycle delay = Cycle(0)) {
    return access(tlm::TLM_WRITE_COMMAND, address, bytes, data, delay);
  }

  /// Sends a payload of at most 8 bytes; `done` is the current cycle plus the returned delay.
  Result send(tlm::tlm_generic_payload& payload, Cycle delay = Cycle(0)) {
    sc_core::sc_time time = static_cast<double>(delay.value) * period;
    payload.set_dmi_allowed(true);
    socket->b_transport(payload, time);
    Result result;
    result.status = payload.get_response_status();
    std::memcpy(&result.data, payload.get_data_ptr(), sizeof result.data);
    result.done = Cycle((sc_core::sc_time_stamp() + time).value() / period.value());
    return result;
  }

  EventStream events;
  Recorder recorder;
  ApbTimer timer;
  tlm_utils::simple_initiator_socket<Bench> socket;

 private:
  int running_ = 0;
};

/// Runs the same test body on a bridge in each mode, in one simulation (SystemC can be elaborated
/// only once per process).
struct BothModes {
  explicit BothModes(unsigned prescale)
      : fast("fast", prescale, SyncMode::fast),
        lockstep("lockstep", prescale, SyncMode::lockstep) {}

  void thread(const std::function<void(Bench&)>& body) {
    for (Bench* bench : {&fast, &lockstep}) bench->thread([bench, body] { body(*bench); });
  }
  /// Simulates `cycles`; true when all threads have ended.
  bool run(std::uint64_t cycles) {
    sc_core::sc_start(static_cast<double>(cycles) * period);
    return fast.finished() && lockstep.finished();
  }

  Bench fast;
  Bench lockstep;
};

}  // namespace cyclevisor::test
