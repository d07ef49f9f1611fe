// The hart as a SystemC module: an SC_THREAD that lets the hart run ahead up to its horizon,
// performs its bus accesses over TLM-2.0 and passes interrupt lines to it in exactly their cycles.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <systemc>
#include <tlm>
#include <utility>
#include <variant>
#include <vector>

#include "models/base/types.hpp"
#include "models/cpu/execution_control.hpp"
#include "models/hart/base/ports.hpp"
#include "models/hart/hart.hpp"
#include "models/probe/event_stream.hpp"
#include "models/rtl_bridge/apb_timer.hpp"

namespace cyclevisor {

struct CpuConfig {
  HartConfig hart;
  /// The engine that runs the hart; required.
  EngineFactory engine;
  sc_core::sc_time clock_period;
  unsigned prescale = 1;  ///< clock cycles per count of `mtime`, the same as the timer's
  SyncMode sync = SyncMode::fast;
  /// The run ends when the hart's clock reaches this cycle.
  Cycle limit = Cycle::never();
};

/// One hart as a TLM-2.0 initiator (loosely timed, base protocol).
///
/// Before the hart executes a cycle, the timer's outputs and all other SystemC processes have been
/// advanced to it if they could change or act by then. Until then SystemC time lags behind the
/// hart's clock; a target sees the difference as annotated delay.
class Cpu : public sc_core::sc_module, private PhysicalBus, private TimeSource {
 public:
  tlm_utils::simple_initiator_socket<Cpu> fetch_socket;
  tlm_utils::simple_initiator_socket<Cpu> data_socket;

  /// Why the thread ended.
  enum class End {
    running,      ///< it has not ended
    requested,    ///< by `stop`
    cycle_limit,  ///< CpuConfig::limit was reached
    deadlock,     ///< in WFI, and nothing in the platform will ever raise an interrupt
    failure,      ///< an exception was thrown: see `rethrow_failure`
  };

  /// The timer provides MTIP, MSIP and `time` to the hart; it must outlive the CPU.
  Cpu(sc_core::sc_module_name name, const CpuConfig& config, ApbTimer& timer,
      const EventStream& events);

  /// The hart itself: for `reset`, which must be called before the simulation starts, and for
  /// inspection.
  Hart& hart() { return hart_; }
  const Hart& hart() const { return hart_; }

  /// From now on the CPU calls `control` between instructions. It must outlive the simulation.
  void set_execution_control(ExecutionControl& control) { control_ = &control; }

  /// Reads or writes physical memory for a debugger, without taking time and without side effects
  /// (TLM-2.0 debug transport). Returns the number of bytes transferred, from the first one on.
  /// Only while the hart is between two instructions.
  unsigned debug_read(PhysicalAddress address, unsigned char* data, unsigned bytes);
  unsigned debug_write(PhysicalAddress address, const unsigned char* data, unsigned bytes);

  /// Ends the thread after the current instruction, and with it the simulation (sc_stop).
  void stop();

  /// From now on the CPU stops soon after `request` is not 0 any more: at most `polling_cycles`
  /// later. It must outlive the simulation.
  void stop_on(const std::atomic<int>& request) { stop_request_ = &request; }
  static constexpr Cycle polling_cycles{1'000'000};
  /// `request` is not 0 any more.
  bool stop_wanted() const { return stop_request_ != nullptr && *stop_request_ != 0; }

  /// Sets the level of an interrupt line that is not the timer's (9 SEIP, 11 MEIP), from the
  /// current simulated time on. Called by other SystemC processes, and by targets during a
  /// transfer.
  void set_interrupt_line(unsigned number, bool level);

  /// Another bus master has accessed main memory, in the current cycle: the event is published. The
  /// hart's caches see what was written (Hart::memory_written) before its next instruction.
  void master_transferred(const MasterTransfer& event);

  /// Returns whether another SystemC process is going to act on its own. In lockstep the kernel
  /// cannot tell, since the clock's next edge is always pending.
  using Activity = std::function<bool()>;
  void set_activity(Activity activity) { activity_ = std::move(activity); }

  sc_core::sc_time clock_period() const { return config_.clock_period; }
  End end() const { return end_; }
  /// Rethrows the exception that ended the thread with End::failure.
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
  void poll();
  /// Advances the SystemC kernel (if it has pending activity) and the RTL to the beginning of
  /// `cycle`, passes the interrupt lines to the hart and sets its horizon.
  void synchronize(Cycle cycle);
  /// Advances the waiting hart to the next cycle in which something may wake it; false if nothing
  /// will.
  bool idle();
  Cycle horizon() const;
  /// The same without the cycles in which `control_` is due and `stop_request_` is looked at.
  Cycle outside_horizon() const;
  /// The first cycle that begins at or after the SystemC kernel's next pending activity.
  Cycle pending_activity() const;
  /// Publishes what happened outside the hart, and passes interrupt lines to it.
  void pass_outside(Cycle cycle);
  void pass(const InterruptLine& line);
  void pass(const MasterTransfer& transfer);
  /// The hart learns of what other masters have written.
  void pass_written();
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
  const std::atomic<int>* stop_request_ = nullptr;
  Cycle poll_due_;  ///< when it is looked at next
  ExecutionControl* control_ = nullptr;
  Cycle control_due_ = Cycle::never();
  /// What happened outside the hart and has not been passed to it yet.
  std::vector<std::variant<InterruptLine, MasterTransfer>> outside_;
  std::vector<MasterTransfer> written_;  ///< by other masters; the hart does not know of it yet
  Activity activity_;
  bool mtip_ = false;
  bool msip_ = false;
  bool stop_requested_ = false;
  End end_ = End::running;
  std::exception_ptr failure_;
};

}  // namespace cyclevisor
