// What every TLM-2.0 target here has to ask of a generic payload (IEEE 1666-2011, clause 14).
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

/// Where byte `index` of the data array lies: the address wraps round after the streaming width
/// (14.16), as for a FIFO.
inline std::uint64_t byte_address(const tlm::tlm_generic_payload& payload, unsigned index) {
  return payload.get_address() + index % payload.get_streaming_width();
}

/// True when the data is one run of consecutive bytes that are all enabled.
inline bool is_plain(const tlm::tlm_generic_payload& payload) {
  return payload.get_byte_enable_ptr() == nullptr &&
         payload.get_streaming_width() >= payload.get_data_length();
}

/// Number of consecutive addresses that the payload touches from its address on.
inline std::uint64_t extent(const tlm::tlm_generic_payload& payload) {
  return payload.get_streaming_width() < payload.get_data_length() ? payload.get_streaming_width()
                                                                   : payload.get_data_length();
}

/// TLM_OK_RESPONSE, or the error for a payload that no target could serve: no data, a streaming
/// width of nought, byte enables without length, or addresses outside [0, bytes).
tlm::tlm_response_status check_payload(const tlm::tlm_generic_payload& payload,
                                       std::uint64_t bytes);

}  // namespace cyclevisor
