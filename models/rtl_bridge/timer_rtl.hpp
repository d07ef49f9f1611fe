// The Verilated RTL timer (rtl/timer.sv) with its clock, pins and exact fast-forward. No SystemC.
#pragma once

#include <cstdint>
#include <memory>

#include "models/base/types.hpp"
#include "models/rtl_bridge/clock_observer.hpp"

class VerilatedFstC;
class VerilatedVcdC;

namespace cyclevisor {

class TimerModel;

/// The wave file format that the Verilated model can be traced to.
enum class WaveFormat : std::uint8_t { fst, vcd };

/// What the APB requester drives (AMBA APB, IHI 0024). PAUSER[0] high marks one half of a 64-bit
/// access, low half first, which the timer keeps atomic.
struct ApbRequest {
  bool psel = false;
  bool penable = false;
  bool pwrite = false;
  std::uint16_t paddr = 0;
  std::uint32_t pwdata = 0;
  std::uint8_t pstrb = 0;
  bool pauser = false;
};

/// What the timer drives; `pslverr` and `prdata` are valid only while `pready` is high.
struct ApbReply {
  bool pready = false;
  bool pslverr = false;
  std::uint32_t prdata = 0;
};

/// Timer registers that a debugger may change without a bus access.
enum class TimerRegister : std::uint8_t { msip, mtimecmp, mtime };

/// The RTL timer, which is always in one particular clock cycle. After construction it is out of
/// reset and in cycle 0. The rising edge that begins the current cycle has been evaluated; pins
/// driven now are sampled by the edge that begins the next one.
class TimerRtl {
 public:
  /// `prescale`: clock cycles per count of mtime, 1 to 65535; otherwise std::invalid_argument.
  explicit TimerRtl(unsigned prescale, WaveFormat format = WaveFormat::fst);
  ~TimerRtl();
  TimerRtl(const TimerRtl&) = delete;
  TimerRtl& operator=(const TimerRtl&) = delete;

  /// The current cycle of the RTL.
  Cycle now() const { return now_; }

  /// Drives the APB pins from now on; combinational outputs follow at once.
  void drive(const ApbRequest& request);
  /// The current values of the APB inputs.
  ApbRequest request() const;
  ApbReply apb() const;

  /// Evaluates the next rising edge: the RTL enters the next cycle.
  void step();

  /// Advances to `target` exactly as that many calls of `step()` would; does nothing if it is in
  /// the past. While the APB is idle and there is no clock observer, cycles before the horizon are
  /// skipped by depositing the state that rtl/formal proves they lead to.
  void advance_to(Cycle target);

  /// The first cycle after now() in which an interrupt output could change if the APB pins stay
  /// as they are; `Cycle::never()` if there is none. Exact while the APB is idle; otherwise the
  /// next cycle.
  Cycle horizon() const;

  bool msip() const;
  bool mtip() const;
  /// The mtime_o pins in this cycle.
  std::uint64_t mtime() const;
  std::uint64_t mtimecmp() const;

  /// Changes a register at once, independent of the clock, as a debugger does. Outputs follow with
  /// the next rising edge. Only bit 0 of msip exists.
  void deposit(TimerRegister which, std::uint64_t value);

  /// Reports the clock to `observer`, which must outlive this object or be replaced; from then on
  /// every edge is evaluated. Null ends the observation: the current level is reported first.
  void observe(ClockObserver* observer);

  /// The same, starting in cycle `from`, or at once if that has passed; until then there is no
  /// observer.
  void observe_from(ClockObserver& observer, Cycle from);

  /// Registers the model's signals with a wave file that has not been opened yet. The file must be
  /// of the format chosen at construction; otherwise std::logic_error.
  void trace(VerilatedFstC& file);
  void trace(VerilatedVcdC& file);

 private:
  /// The number of cycles until the count of mtime that changes mtip, or never.
  Cycle cycles_to_mtip_change() const;
  void fast_forward(Cycle cycles);
  void change_observer();

  std::unique_ptr<TimerModel> model_;
  std::uint64_t prescale_;
  Cycle now_;
  bool apb_idle_ = false;  ///< PSEL is low and was low at the last edge
  ClockObserver* observer_ = nullptr;
  ClockObserver* next_observer_ = nullptr;  ///< becomes `observer_`...
  Cycle observed_from_ = Cycle::never();    ///< ...in this cycle
};

}  // namespace cyclevisor
