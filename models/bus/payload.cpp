#include "models/bus/payload.hpp"

namespace cyclevisor {

tlm::tlm_response_status check_payload(const tlm::tlm_generic_payload& payload,
                                       std::uint64_t bytes) {
  if (payload.get_data_ptr() == nullptr || payload.get_data_length() == 0 ||
      payload.get_streaming_width() == 0) {
    return tlm::TLM_BURST_ERROR_RESPONSE;
  }
  if (payload.get_byte_enable_ptr() != nullptr && payload.get_byte_enable_length() == 0) {
    return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  }
  const std::uint64_t address = payload.get_address();
  if (address >= bytes || extent(payload) > bytes - address) {
    return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  return tlm::TLM_OK_RESPONSE;
}

}  // namespace cyclevisor
