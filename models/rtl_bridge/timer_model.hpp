// A common interface to the Verilated models of rtl/timer.sv, which differ only in their wave
// format. Private to this folder.
#pragma once

#include <cstdint>
#include <memory>

class VerilatedFstC;
class VerilatedVcdC;

namespace cyclevisor {

enum class WaveFormat : std::uint8_t;

/// Pins and public registers by their RTL names, plus evaluation and tracing.
class TimerModel {
 public:
  virtual ~TimerModel() = default;
  virtual void eval() = 0;
  /// Registers the model's signals; std::logic_error if the model was built for the other format.
  virtual void trace(VerilatedFstC& file) = 0;
  virtual void trace(VerilatedVcdC& file) = 0;

  std::uint8_t* clk_i = nullptr;
  std::uint8_t* rst_ni = nullptr;
  std::uint16_t* prescale_i = nullptr;
  std::uint8_t* psel_i = nullptr;
  std::uint8_t* penable_i = nullptr;
  std::uint8_t* pwrite_i = nullptr;
  std::uint16_t* paddr_i = nullptr;
  std::uint32_t* pwdata_i = nullptr;
  std::uint8_t* pstrb_i = nullptr;
  std::uint8_t* pauser_i = nullptr;
  const std::uint8_t* pready_o = nullptr;
  const std::uint32_t* prdata_o = nullptr;
  const std::uint8_t* pslverr_o = nullptr;
  const std::uint8_t* msip_o = nullptr;
  const std::uint8_t* mtip_o = nullptr;
  const std::uint64_t* mtime_o = nullptr;

  std::uint16_t* prescale_count_q = nullptr;
  std::uint64_t* mtime_q = nullptr;
  std::uint64_t* mtimecmp_q = nullptr;
  std::uint8_t* msip_q = nullptr;
};

std::unique_ptr<TimerModel> make_timer_model(WaveFormat format);

}  // namespace cyclevisor
