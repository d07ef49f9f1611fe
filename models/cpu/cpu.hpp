// The hart in the SystemC world: an SC_THREAD that lets it run ahead up to its horizon, carries its
// bus accesses out over TLM-2.0 and shows it the interrupt lines at exactly their cycles.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <array>
#include <cstdint>
#include <exception>
#include <functional>
#include <systemc>
#include <tlm>
#include <utility>
#include <vector>

#include "models/base/types.hpp"
#include "models/cpu/execution_control.hpp"
#include "models/hart/hart.hpp"
#include "models/hart/ports.hpp"
#include "models/probe/event_stream.hpp"
#include "models/rtl_bridge/apb_timer.hpp"

namespace cyclevisor {

struct CpuConfig {
  HartConfig hart;
  /// What runs the hart; there must be one.
  EngineFactory engine;
  sc_core::sc_time clock_period;
  unsigned prescale = 1;  ///< clock cycles per count of `mtime`, as the timer has it
  SyncMode sync = SyncMode::fast;
  /// The run ends when the hart's clock reaches this cycle.
  Cycle limit = Cycle::never();
};

/// One hart as a TLM-2.0 initiator (loosely timed, base protocol).
///
/// The hart never executes a cycle at or after which the timer's outputs could change or any
/// other SystemC process has something to do, without these having done it first. SystemC time
/// lags behind the hart's clock until then; a target sees the difference as annotated delay.
class Cpu : public sc_core::sc_module, private PhysicalBus, private TimeSource {
 public:
  tlm_utils::simple_initiator_socket<Cpu> fetch_socket;
  tlm_utils::simple_initiator_socket<Cpu> data_socket;

  /// Why the thread ended.
  enum class End {
    running,      ///< it has not
    requested,    ///< by `stop`
    cycle_limit,  ///< CpuConfig::limit was reached
    deadlock,     ///< in WFI, and nothing in the platform will ever raise an interrupt
    failure,      ///< an exception was thrown: see `rethrow_failure`
  };

  /// The timer gives the hart MTIP, MSIP and `time`; it must outlive the CPU.
  Cpu(sc_core::sc_module_name name, const CpuConfig& config, ApbTimer& timer,
      const EventStream& events);

  /// The hart itself: for `reset`, which comes before the simulation starts, and to look at.
  Hart& hart() { return hart_; }
  const Hart& hart() const { return hart_; }

  /// From now on `control` is asked between instructions. It must outlive the simulation.
  void set_execution_control(ExecutionControl& control) { control_ = &control; }

  /// Reads or writes what lies at a physical address, for a debugger: it takes no time and has no
  /// other effect (TLM-2.0 debug transport). The number of bytes done, from the first one on. Only
  /// while the hart stands between two instructions.
  unsigned debug_read(PhysicalAddress address, unsigned char* data, unsigned bytes);
  unsigned debug_write(PhysicalAddress address, const unsigned char* data, unsigned bytes);

  /// Ends the thread after the current instruction, and with it the simulation (sc_stop).
  void stop();

  /// Level of an interrupt line that is not the timer's (9 SEIP, 11 MEIP) from the present
  /// simulated time on. Called from other SystemC processes, and by targets during a transfer.
  void set_interrupt_line(unsigned number, bool level);

  /// Tells whether some other SystemC process is going to act without being asked. In lockstep
  /// the kernel cannot say, since the clock always has its next edge to do.
  using Activity = std::function<bool()>;
  void set_activity(Activity activity) { activity_ = std::move(activity); }

  End end() const { return end_; }
  /// Throws again what ended the thread with End::failure.
  void rethrow_failure() const;

 private:
  using Socket = tlm_utils::simple_initiator_socket<Cpu>;

  // PhysicalBus and TimeSource: called by the hart from inside its run().
  DirectRegion direct(PhysicalAddress address) override;
  BusReply fetch(PhysicalAddress address, unsigned bytes, Cycle at) override;
  BusReply read(PhysicalAddress address, unsigned bytes, Cycle at) override;
  BusReply write(PhysicalAddress address, unsigned bytes, std::uint64_t data, Cycle at) override;
  std::uint64_t mtime(Cycle at) override { return timer_.mtime(at); }
  Cycle cycle_of(std::uint64_t value) const override;

  void thread();
  void run();
  /// Brings the SystemC kernel (as far as it has something to do) and the RTL up to the beginning
  /// of `cycle`, passes the interrupt lines on and sets the hart's horizon.
  void synchronize(Cycle cycle);
  /// Moves the waiting hart to the next cycle in which something may wake it; false if none will.
  bool idle();
  Cycle horizon() const;
  /// The same without the cycle by which `control_` wants to be asked again.
  Cycle outside_horizon() const;
  /// The first cycle that begins at or after the next thing the SystemC kernel has to do.
  Cycle pending_activity() const;
  void pass_lines(Cycle cycle);
  void pass_timer_lines();
  BusReply transport(Socket& socket, tlm::tlm_command command, PhysicalAddress address,
                     unsigned bytes, std::uint64_t data, Cycle at);
  void invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end);

  sc_core::sc_time time_of(Cycle cycle) const;
  /// The first cycle that begins at or after `time`.
  Cycle cycle_at(const sc_core::sc_time& time) const;

  CpuConfig config_;
  ApbTimer& timer_;
  const EventStream& events_;
  Hart hart_;
  tlm::tlm_generic_payload payload_;
  ExecutionControl* control_ = nullptr;
  Cycle control_due_ = Cycle::never();
  std::vector<InterruptLine> lines_;  ///< changes that the hart has not been shown yet
  Activity activity_;
  bool mtip_ = false;
  bool msip_ = false;
  bool stop_requested_ = false;
  End end_ = End::running;
  std::exception_ptr failure_;
};

}  // namespace cyclevisor
