// Generic payload checks that every TLM-2.0 target here needs (IEEE 1666-2011, clause 14).
#pragma once

#include <cstdint>
#include <tlm>

namespace cyclevisor {

/// True when byte `index` of the data array takes part in the transfer (14.15). The byte enable
/// array repeats when it is shorter than the data.
inline bool byte_enabled(const tlm::tlm_generic_payload& payload, unsigned index) {
  const unsigned char* enables = payload.get_byte_enable_ptr();
  return enables == nullptr ||
         enables[index % payload.get_byte_enable_length()] == TLM_BYTE_ENABLED;
}

/// The address of byte `index` of the data array: it wraps around after the streaming width
/// (14.16), as for a FIFO.
inline std::uint64_t byte_address(const tlm::tlm_generic_payload& payload, unsigned index) {
  return payload.get_address() + index % payload.get_streaming_width();
}

/// True when the data is one contiguous run of bytes that are all enabled.
inline bool is_contiguous(const tlm::tlm_generic_payload& payload) {
  return payload.get_byte_enable_ptr() == nullptr &&
         payload.get_streaming_width() >= payload.get_data_length();
}

/// Number of consecutive addresses that the payload accesses, starting at its address.
inline std::uint64_t extent(const tlm::tlm_generic_payload& payload) {
  return payload.get_streaming_width() < payload.get_data_length() ? payload.get_streaming_width()
                                                                   : payload.get_data_length();
}

/// TLM_OK_RESPONSE, or the error response for an invalid payload: no data, a streaming width of
/// zero, byte enables of length zero, or addresses outside [0, bytes).
tlm::tlm_response_status check_payload(const tlm::tlm_generic_payload& payload,
                                       std::uint64_t bytes);

}  // namespace cyclevisor
