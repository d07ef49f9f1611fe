#include "models/bus/bus.hpp"

#include <algorithm>
#include <utility>

#include "models/bus/payload.hpp"

namespace cyclevisor {

Bus::Bus(sc_core::sc_module_name name, unsigned initiators, std::vector<BusWindow> map)
    : sc_module(name),
      from_initiator("from_initiator", initiators),
      to_target("to_target", map.size()),
      map_(std::move(map)) {
  check_map();
  for (unsigned i = 0; i < from_initiator.size(); ++i) {
    const int tag = static_cast<int>(i);
    from_initiator[i].register_b_transport(this, &Bus::b_transport, tag);
    from_initiator[i].register_transport_dbg(this, &Bus::transport_dbg, tag);
    from_initiator[i].register_get_direct_mem_ptr(this, &Bus::get_direct_mem_ptr, tag);
  }
  for (unsigned i = 0; i < to_target.size(); ++i) {
    to_target[i].register_invalidate_direct_mem_ptr(this, &Bus::invalidate_direct_mem_ptr,
                                                    static_cast<int>(i));
  }
}

void Bus::check_map() const {
  for (const BusWindow& window : map_) {
    if (window.bytes == 0 || window.first.value + (window.bytes - 1) < window.first.value) {
      SC_REPORT_ERROR("/cyclevisor/bus",
                      ("window '" + window.name + "' is empty or wraps round").c_str());
    }
    for (const BusWindow& other : map_) {
      if (&other == &window) break;
      const bool apart = window.first.value + (window.bytes - 1) < other.first.value ||
                         other.first.value + (other.bytes - 1) < window.first.value;
      if (!apart) {
        SC_REPORT_ERROR("/cyclevisor/bus",
                        ("windows '" + other.name + "' and '" + window.name + "' overlap").c_str());
      }
    }
  }
}

const BusWindow* Bus::find(int initiator, std::uint64_t address) const {
  for (const BusWindow& window : map_) {
    const bool claims = address - window.first.value < window.bytes;
    if (claims && (window.initiators >> initiator & 1) != 0) return &window;
  }
  return nullptr;
}

void Bus::b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const std::uint64_t address = payload.get_address();
  const BusWindow* window = find(initiator, address);
  const std::uint64_t offset = window == nullptr ? 0 : address - window->first.value;
  if (window == nullptr || extent(payload) > window->bytes - offset) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  payload.set_address(offset);
  to_target[index_of(*window)]->b_transport(payload, delay);
  payload.set_address(address);
}

unsigned Bus::transport_dbg(int initiator, tlm::tlm_generic_payload& payload) {
  const std::uint64_t address = payload.get_address();
  const BusWindow* window = find(initiator, address);
  if (window == nullptr) return 0;
  const std::uint64_t offset = address - window->first.value;
  const unsigned length = payload.get_data_length();
  // A debug transfer that crosses the end of the window is truncated (11.3.4).
  payload.set_address(offset);
  payload.set_data_length(
      static_cast<unsigned>(std::min<std::uint64_t>(length, window->bytes - offset)));
  const unsigned done = to_target[index_of(*window)]->transport_dbg(payload);
  payload.set_address(address);
  payload.set_data_length(length);
  return done;
}

bool Bus::get_direct_mem_ptr(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  const std::uint64_t address = payload.get_address();
  const BusWindow* window = find(initiator, address);
  if (window == nullptr) {
    dmi.allow_none();
    dmi.set_start_address(address);
    dmi.set_end_address(address);
    return false;
  }
  const std::uint64_t first = window->first.value;
  payload.set_address(address - first);
  const bool granted = to_target[index_of(*window)]->get_direct_mem_ptr(payload, dmi);
  payload.set_address(address);
  // Convert the target's offsets to the initiator's addresses, never beyond the window (11.2.5).
  const std::uint64_t last_offset = window->bytes - 1;
  dmi.set_end_address(first + std::min<std::uint64_t>(dmi.get_end_address(), last_offset));
  dmi.set_start_address(first + std::min<std::uint64_t>(dmi.get_start_address(), last_offset));
  return granted;
}

void Bus::invalidate_direct_mem_ptr(int target, sc_dt::uint64 start, sc_dt::uint64 end) {
  const BusWindow& window = map_[static_cast<unsigned>(target)];
  if (start >= window.bytes) return;
  const std::uint64_t first = window.first.value;
  const std::uint64_t last = first + std::min<std::uint64_t>(end, window.bytes - 1);
  for (auto& socket : from_initiator) socket->invalidate_direct_mem_ptr(first + start, last);
}

}  // namespace cyclevisor
