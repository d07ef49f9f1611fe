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

/// Who clocks the RTL. Events and cycles are the same in both.
enum class SyncMode : std::uint8_t {
  fast,      ///< it is brought up to the cycle that somebody asks for
  lockstep,  ///< an sc_clock gives it every edge under the SystemC kernel
};

/// TLM-2.0 to APB bridge with the timer behind it.
///
/// Socket: byte offsets 0 to 0xffff; naturally aligned accesses of 1, 2, 4 or 8 bytes. A 64-bit
/// access is a pair of transfers (see ApbRequest). The annotated delay passes first; the setup
/// phase is then driven in the cycle that begins at the present time (or at the next clock edge),
/// and b_transport returns, with no delay left, at the edge that ends the last transfer. Errors:
/// address error outside the range or on PSLVERR; burst error for any other size, alignment or
/// streaming width; byte enable error for one that is neither 0x00 nor 0xff. Transfers of several
/// initiators follow one another. No DMI.
///
/// Publishes an ApbTransfer in the cycle that ends each transfer. InterruptLine events wait for
/// `advance_to`, so that they stand in the stream before everything else of their cycle and after
/// everything earlier: whoever publishes an event of cycle c calls `advance_to(c)` first.
class ApbTimer : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<ApbTimer> socket;

  /// `prescale`: clock cycles per count of mtime, 1 to 65535; otherwise std::invalid_argument.
  ApbTimer(sc_core::sc_module_name name, sc_core::sc_time clock_period, unsigned prescale,
           SyncMode mode, const EventStream& events, WaveFormat format = WaveFormat::fst);

  /// Returns when the RTL has evaluated the edge that begins `target`; at once if it has. Publishes
  /// the interrupt lines' changes up to then. In lockstep it waits for the kernel to get there and
  /// must be called from a thread process.
  void advance_to(Cycle target);

  /// First cycle after the last one advanced to in which an interrupt line changes or could change
  /// if nobody touches the timer; in lockstep at most the RTL's next cycle.
  Cycle horizon() const;

  /// The lines in the cycle last advanced to.
  bool mtip() const { return mtip_; }
  bool msip() const { return msip_; }

  /// mtime as the RTL shows it in cycle `at`, to which it is advanced.
  std::uint64_t mtime(Cycle at);

  /// For waves. Who drives or steps it around the bridge breaks the one clock.
  TimerRtl& rtl() { return rtl_; }

 private:
  struct Transfer;

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);

  tlm::tlm_response_status access(tlm::tlm_generic_payload& payload);
  bool transfer(Transfer& transfer);
  /// Waits for the next clock edge unless one is now, and until the RTL has evaluated it.
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
  bool msip_ = false;  ///< as published; the RTL may be a cycle ahead after a transfer
  bool mtip_ = false;
  std::deque<InterruptLine> lines_;  ///< changes noted in the RTL, not yet published
  bool noted_msip_ = false;
  bool noted_mtip_ = false;
  sc_core::sc_mutex bus_;
  sc_core::sc_event edge_;
  std::unique_ptr<sc_core::sc_clock> clock_;  ///< lockstep only
};

}  // namespace cyclevisor
