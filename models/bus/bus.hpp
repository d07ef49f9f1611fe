// The platform bus: routes the transactions of any number of initiators to the targets of an
// address map.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/base/types.hpp"

namespace cyclevisor {

/// One row of the address map: a target responds to [first, first + bytes) and sees offsets from 0.
struct BusWindow {
  std::string name;
  PhysicalAddress first;
  std::uint64_t bytes = 0;
  /// Bit i is set when initiator i may access the window; for other initiators it does not exist.
  std::uint64_t initiators = ~std::uint64_t{0};
};

/// A TLM-2.0 interconnect component for the base protocol. It adds no delay. An address outside
/// every window, and a transfer that crosses the end of its window, get TLM_ADDRESS_ERROR_RESPONSE.
class Bus : public sc_core::sc_module {
 public:
  /// One socket for each initiator, which the initiator binds to.
  sc_core::sc_vector<tlm_utils::simple_target_socket_tagged<Bus>> from_initiator;
  /// One socket for each window, in map order, bound to the window's target.
  sc_core::sc_vector<tlm_utils::simple_initiator_socket_tagged<Bus>> to_target;

  /// At most 64 initiators. Reports an elaboration error (SC_ERROR, which throws sc_report) when
  /// two windows overlap, or a window is empty or extends beyond the 64-bit address space.
  Bus(sc_core::sc_module_name name, unsigned initiators, std::vector<BusWindow> map);

  const std::vector<BusWindow>& map() const { return map_; }

 private:
  void check_map() const;
  /// The window that `initiator` finds at `address`, or nullptr.
  const BusWindow* find(int initiator, std::uint64_t address) const;
  unsigned index_of(const BusWindow& window) const {
    return static_cast<unsigned>(&window - map_.data());
  }

  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int initiator, tlm::tlm_generic_payload& payload);
  bool get_direct_mem_ptr(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  void invalidate_direct_mem_ptr(int target, sc_dt::uint64 start, sc_dt::uint64 end);

  std::vector<BusWindow> map_;
};

}  // namespace cyclevisor
