// The LFSR on the platform's bus: one 32-bit register. Its clock runs from time 0 on. It is
// visible only in an access, so the cycles since the last one are clocked when the next one comes.
#include <verilated.h>

#include "Vlfsr.h"
#include "models/bus/register_target.hpp"
#include "platform/plugin/device.hpp"

namespace {

class Lfsr : public cyclevisor::RegisterTarget, public cyclevisor::Device {
 public:
  explicit Lfsr(const cyclevisor::DeviceContext& context)
      : RegisterTarget(context.name.c_str(), context.clock_period),
        period_(context.clock_period),
        model_(&verilated_) {
    declare({{"VALUE", 0, 4,
              [this] {
                catch_up();
                return std::uint64_t{model_.rdata_o};
              },
              [this](std::uint64_t value) { load(static_cast<std::uint32_t>(value)); },
              [this] { return std::uint64_t{model_.rdata_o}; }}});
    model_.rst_ni = 0;
    model_.eval();
    model_.rst_ni = 1;
  }
  ~Lfsr() override { model_.final(); }

  Socket& socket() override { return RegisterTarget::socket; }
  bool active() const override { return false; }

 private:
  void clock() {
    model_.clk_i = 1;
    model_.eval();
    model_.clk_i = 0;
    model_.eval();
    ++clocked_;
  }
  void catch_up() {
    const std::uint64_t now = sc_core::sc_time_stamp().value() / period_.value();
    while (clocked_ < now) clock();
  }
  void load(std::uint32_t value) {
    catch_up();
    model_.write_i = 1;
    model_.wdata_i = value;
    clock();
    model_.write_i = 0;
  }

  sc_core::sc_time period_;
  VerilatedContext verilated_;
  Vlfsr model_;
  std::uint64_t clocked_ = 0;
};

}  // namespace

CYCLEVISOR_DEVICE(Lfsr)
