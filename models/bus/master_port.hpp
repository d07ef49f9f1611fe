// Main memory's second port: the way of all bus masters other than the hart.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/probe/events.hpp"

namespace cyclevisor {

struct MasterPortTiming {
  sc_core::sc_time clock_period;
  std::uint64_t latency = 0;  ///< wait states of a transfer's first beat, in cycles
  std::uint64_t beat = 0;     ///< of each further one
};

/// Passes on the transfers of any number of bus masters, one at a time in the order in which they
/// come. A transfer of n beats of 8 bytes takes 1 + n cycles and the wait states; the hart's own
/// accesses are not delayed. Its data is moved in the first cycle, which is that of the annotated
/// delay or the next clock edge; b_transport returns behind the last one, so it must be called from
/// a thread process. No DMI: each transfer is reported.
class MasterPort : public sc_core::sc_module {
 public:
  using MasterSocket =
      tlm::tlm_base_initiator_socket<32, tlm::tlm_fw_transport_if<>, tlm::tlm_bw_transport_if<>, 1>;
  /// Receives each transfer in its first cycle, after the data has been moved.
  using Report = std::function<void(const MasterTransfer&)>;

  tlm_utils::simple_initiator_socket<MasterPort> socket;

  MasterPort(sc_core::sc_module_name name, const MasterPortTiming& timing, Report report);

  /// Connects a master, before the simulation starts. Masters are numbered from 1 in this order.
  void join(MasterSocket& master);

 private:
  using From = tlm_utils::simple_target_socket_tagged<MasterPort>;

  void b_transport(int master, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int, tlm::tlm_generic_payload& payload) {
    return socket->transport_dbg(payload);
  }
  void wait_for_edge() const;

  MasterPortTiming timing_;
  Report report_;
  sc_core::sc_mutex port_;
  std::vector<std::unique_ptr<From>> from_;
};

}  // namespace cyclevisor
