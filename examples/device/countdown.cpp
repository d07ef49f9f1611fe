// A countdown: software writes a number of clock cycles, and after them the device interrupts.
//
// | offset | bytes | name   | write                               | read             |
// | ------ | ----- | ------ | ----------------------------------- | ---------------- |
// | 0      | 4     | CYCLES | starts it: interrupts in CYCLES * SCALE cycles | what was written |
// | 4      | 4     | STATUS | anything: takes the interrupt back  | 1: it interrupts |
#include "models/bus/register_target.hpp"
#include "platform/plugin/device.hpp"

namespace {

class Countdown : public cyclevisor::RegisterTarget, public cyclevisor::Device {
 public:
  SC_HAS_PROCESS(Countdown);

  explicit Countdown(const cyclevisor::DeviceContext& context)
      : RegisterTarget(context.name.c_str(), context.clock_period),
        period_(context.clock_period),
        interrupt_(context.interrupt),
        scale_(cyclevisor::number_parameter(context.parameters, "scale", 1)) {
    declare({
        {"CYCLES", 0, 4, [this] { return cycles_; }, [this](std::uint64_t v) { start(v); }, {}},
        {"STATUS",
         4,
         4,
         [this] { return level_ ? 1u : 0u; },
         [this](std::uint64_t) { set(false); },
         {}},
    });
    SC_METHOD(expire);
    sensitive << expired_;
    dont_initialize();
  }

  Socket& socket() override { return RegisterTarget::socket; }
  bool active() const override { return counting_; }

 private:
  void start(std::uint64_t cycles) {
    cycles_ = cycles;
    counting_ = true;
    expired_.cancel();
    // At least one cycle: an event in the same delta cycle would come while the store is on the bus.
    expired_.notify(period_ * static_cast<double>(cycles * scale_ + 1));
  }
  void expire() {
    counting_ = false;
    set(true);
  }
  void set(bool level) {
    level_ = level;
    interrupt_(level);
  }

  sc_core::sc_time period_;
  std::function<void(bool)> interrupt_;
  std::uint64_t scale_;
  sc_core::sc_event expired_;
  std::uint64_t cycles_ = 0;
  bool counting_ = false;
  bool level_ = false;
};

}  // namespace

CYCLEVISOR_DEVICE(Countdown)
