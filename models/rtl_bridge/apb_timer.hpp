// The RTL timer as a TLM-2.0 target: every access is a real transfer on the APB pins.
#pragma once

#include <tlm.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <systemc>

#include "models/base/types.hpp"
#include "models/probe/event_stream.hpp"
#include "models/rtl_bridge/timer_rtl.hpp"

namespace cyclevisor {

/// What clocks the RTL. Events and cycles are the same in both modes.
enum class SyncMode : std::uint8_t {
  fast,      ///< the bridge advances it on demand, to the cycle being accessed
  lockstep,  ///< an sc_clock drives every edge under the SystemC kernel
};

/// TLM-2.0 to APB bridge and the timer behind it.
///
/// Socket: byte offsets 0 to 0xffff; naturally aligned accesses of 1, 2, 4 or 8 bytes. A 64-bit
/// access is a pair of transfers (see ApbRequest). b_transport waits out the annotated delay,
/// drives the setup phase in the cycle that begins at the current time (or at the next clock edge),
/// and returns with zero delay at the edge that ends the last transfer. Errors: address error
/// outside the range or on PSLVERR; burst error for any other size, alignment or streaming width;
/// byte enable error for one that is neither 0x00 nor 0xff. Transfers of several initiators are
/// serialized. No DMI.
///
/// Publishes an ApbTransfer in the cycle that ends each transfer. InterruptLine events are held
/// back until `advance_to`, so that in the stream they precede every other event of their cycle and
/// follow all earlier ones: a model that publishes an event of cycle c calls `advance_to(c)` first.
class ApbTimer : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<ApbTimer> socket;

  /// `prescale`: clock cycles per count of mtime, 1 to 65535; otherwise std::invalid_argument.
  ApbTimer(sc_core::sc_module_name name, sc_core::sc_time clock_period, unsigned prescale,
           SyncMode mode, const EventStream& events, WaveFormat format = WaveFormat::fst);

  /// Returns once the RTL has evaluated the edge that begins `target`; at once if it already has.
  /// Publishes the interrupt line changes up to then. In lockstep it waits until the kernel reaches
  /// that time and must be called from a thread process.
  void advance_to(Cycle target);

  /// The first cycle after the last `advance_to` target in which an interrupt line changes or could
  /// change if there is no further access; in lockstep at most the RTL's next cycle.
  Cycle horizon() const;

  /// The interrupt lines in the cycle of the last `advance_to`.
  bool mtip() const { return mtip_; }
  bool msip() const { return msip_; }

  /// Advances the RTL to cycle `at` and returns its mtime there.
  std::uint64_t mtime(Cycle at);

  /// For waves. Driving or stepping it directly, bypassing the bridge, breaks the single clock.
  TimerRtl& rtl() { return rtl_; }

 private:
  struct Transfer;

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);

  tlm::tlm_response_status access(tlm::tlm_generic_payload& payload);
  bool transfer(Transfer& transfer);
  /// Waits for the next clock edge, unless the current time is one, and until the RTL has evaluated
  /// it.
  void wait_for_edge();
  void next_cycle();
  void lockstep_edge();
  void clock_to(Cycle target);
  void note_lines();
  void publish_lines(Cycle until);
  bool debug_byte(std::uint64_t offset, tlm::tlm_command command, unsigned char& byte);

  sc_core::sc_time period_;
  SyncMode mode_;
  const EventStream& events_;
  TimerRtl rtl_;
  bool msip_ = false;  ///< as published; after a transfer the RTL may be one cycle ahead
  bool mtip_ = false;
  std::deque<InterruptLine> lines_;  ///< line changes seen in the RTL, not yet published
  bool noted_msip_ = false;
  bool noted_mtip_ = false;
  sc_core::sc_mutex bus_;
  sc_core::sc_event edge_;
  std::unique_ptr<sc_core::sc_clock> clock_;  ///< lockstep only
};

}  // namespace cyclevisor
