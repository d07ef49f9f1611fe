// A DMA controller: copies main memory while the hart executes on, and interrupts at the end.
//
// | offset | bytes | name        | write                                | read                    |
// | ------ | ----- | ----------- | ------------------------------------ | ----------------------- |
// | 0      | 8     | SOURCE      | physical address                     | what was written        |
// | 8      | 8     | DESTINATION | the same                             | what was written        |
// | 16     | 4     | BYTES       | starts a copy unless one is under way | what was written       |
// | 20     | 4     | STATUS      | anything: takes the interrupt back   | 0 busy, 1 done, 2 error |
#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>
#include <array>

#include "models/bus/register_target.hpp"
#include "platform/plugin/device.hpp"

namespace {

class Mover : public cyclevisor::RegisterTarget, public cyclevisor::Device {
 public:
  SC_HAS_PROCESS(Mover);

  explicit Mover(const cyclevisor::DeviceContext& context)
      : RegisterTarget(context.name.c_str(), context.clock_period),
        memory_("memory"),
        period_(context.clock_period),
        interrupt_(context.interrupt) {
    declare({
        {"SOURCE", 0, 8, [this] { return source_; }, [this](std::uint64_t v) { source_ = v; }, {}},
        {"DESTINATION",
         8,
         8,
         [this] { return destination_; },
         [this](std::uint64_t v) { destination_ = v; },
         {}},
        {"BYTES", 16, 4, [this] { return bytes_; }, [this](std::uint64_t v) { start(v); }, {}},
        {"STATUS",
         20,
         4,
         [this] { return std::uint64_t{status_}; },
         [this](std::uint64_t) { interrupt_(false); },
         {}},
    });
    SC_THREAD(copy);
  }

  Socket& socket() override { return RegisterTarget::socket; }
  MasterSocket* master() override { return &memory_; }
  bool active() const override { return status_ == busy; }

 private:
  enum Status : std::uint8_t { busy, done, error };
  static constexpr unsigned burst = 64;  // bytes

  void start(std::uint64_t bytes) {
    if (status_ == busy) return;
    bytes_ = bytes;
    status_ = busy;
    // In the next cycle: the store that starts it is still on the bus.
    started_.notify(period_);
  }
  void copy() {
    for (;;) {
      wait(started_);
      status_ = move_all() ? done : error;
      interrupt_(true);
    }
  }
  bool move_all() {
    for (std::uint64_t at = 0; at < bytes_; at += burst) {
      std::array<unsigned char, burst> data{};
      const auto length = static_cast<unsigned>(std::min<std::uint64_t>(burst, bytes_ - at));
      if (!transfer(tlm::TLM_READ_COMMAND, source_ + at, data.data(), length)) return false;
      if (!transfer(tlm::TLM_WRITE_COMMAND, destination_ + at, data.data(), length)) return false;
    }
    return true;
  }
  bool transfer(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                unsigned bytes) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    sc_core::sc_time delay;
    memory_->b_transport(payload, delay);  // returns when it is over
    return payload.is_response_ok();
  }

  tlm_utils::simple_initiator_socket<Mover> memory_;
  sc_core::sc_time period_;
  std::function<void(bool)> interrupt_;
  sc_core::sc_event started_;
  std::uint64_t source_ = 0;
  std::uint64_t destination_ = 0;
  std::uint64_t bytes_ = 0;
  Status status_ = done;
};

}  // namespace

CYCLEVISOR_DEVICE(Mover)
