// A device that ends the simulation in the ways in which a plug-in can, a thousand cycles after its
// register was written.
#include <stdexcept>

#include "models/bus/register_target.hpp"
#include "platform/plugin/device.hpp"

namespace {

class Unruly : public cyclevisor::RegisterTarget, public cyclevisor::Device {
 public:
  SC_HAS_PROCESS(Unruly);

  explicit Unruly(const cyclevisor::DeviceContext& context)
      : RegisterTarget(context.name.c_str(), context.clock_period),
        period_(context.clock_period),
        how_(context.parameters.at("how")) {
    declare({{"START", 0, 4, {}, [this](std::uint64_t) { start(); }, {}}});
    SC_METHOD(act);
    sensitive << due_;
    dont_initialize();
  }

  Socket& socket() override { return RegisterTarget::socket; }
  bool active() const override { return true; }

 private:
  void start() {
    if (how_ == "throw in a transfer") throw std::runtime_error("the device has had enough");
    due_.notify(period_ * 1000);
  }
  void act() {
    if (how_ == "stop") sc_core::sc_stop();
    if (how_ == "throw") throw std::runtime_error("the device has had enough");
    if (how_ == "error") SC_REPORT_ERROR("unruly", "the device has had enough");
    if (how_ == "fatal") SC_REPORT_FATAL("unruly", "the device has had enough");
  }

  sc_core::sc_time period_;
  std::string how_;
  sc_core::sc_event due_;
};

}  // namespace

CYCLEVISOR_DEVICE(Unruly)
