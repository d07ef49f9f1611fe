#include "models/rtl_bridge/timer_model.hpp"

#include <verilated.h>
#include <verilated_fst_c.h>
#include <verilated_vcd_c.h>

#include <stdexcept>

#include "VTimerFst.h"
#include "VTimerFst___024root.h"
#include "VTimerVcd.h"
#include "VTimerVcd___024root.h"
#include "models/rtl_bridge/timer_rtl.hpp"

namespace cyclevisor {
namespace {

/// All levels of the hierarchy.
constexpr int trace_depth = 99;

/// `File` is the wave file type that `Verilated` was generated for.
template <class Verilated, class File>
class VerilatedTimer final : public TimerModel {
 public:
  VerilatedTimer() {
    clk_i = &model_.clk_i;
    rst_ni = &model_.rst_ni;
    prescale_i = &model_.prescale_i;
    psel_i = &model_.psel_i;
    penable_i = &model_.penable_i;
    pwrite_i = &model_.pwrite_i;
    paddr_i = &model_.paddr_i;
    pwdata_i = &model_.pwdata_i;
    pstrb_i = &model_.pstrb_i;
    pauser_i = &model_.pauser_i;
    pready_o = &model_.pready_o;
    prdata_o = &model_.prdata_o;
    pslverr_o = &model_.pslverr_o;
    msip_o = &model_.msip_o;
    mtip_o = &model_.mtip_o;
    mtime_o = &model_.mtime_o;
    auto& root = *model_.rootp;
    prescale_count_q = &root.timer__DOT__u_core__DOT__prescale_count_q;
    mtime_q = &root.timer__DOT__u_core__DOT__mtime_q;
    mtimecmp_q = &root.timer__DOT__u_core__DOT__mtimecmp_q;
    msip_q = &root.timer__DOT__u_core__DOT__msip_q;
  }
  ~VerilatedTimer() override { model_.final(); }

  void eval() override { model_.eval(); }
  void trace(VerilatedFstC& file) override { trace_or_refuse(file); }
  void trace(VerilatedVcdC& file) override { trace_or_refuse(file); }

 private:
  void trace_or_refuse(File& file) { model_.trace(&file, trace_depth); }
  template <class Other>
  void trace_or_refuse(Other&) {
    throw std::logic_error("the timer was built for the other wave format");
  }

  Verilated model_;
};

}  // namespace

std::unique_ptr<TimerModel> make_timer_model(WaveFormat format) {
  // Verilator must be told before the first evaluation that waves may be traced.
  Verilated::traceEverOn(true);
  if (format == WaveFormat::fst)
    return std::make_unique<VerilatedTimer<VTimerFst, VerilatedFstC>>();
  return std::make_unique<VerilatedTimer<VTimerVcd, VerilatedVcdC>>();
}

}  // namespace cyclevisor
