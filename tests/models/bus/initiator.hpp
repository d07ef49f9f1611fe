// A TLM-2.0 initiator that a test drives directly.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

namespace cyclevisor {

struct TestInitiator : sc_core::sc_module {
  struct Invalidation {
    std::uint64_t start;
    std::uint64_t end;
  };

  tlm_utils::simple_initiator_socket<TestInitiator> socket{"socket"};
  tlm::tlm_generic_payload payload;
  sc_core::sc_time delay;  ///< the sum of the delays that targets have added
  std::vector<Invalidation> invalidations;

  explicit TestInitiator(sc_core::sc_module_name name) : sc_module(name) {
    socket.register_invalidate_direct_mem_ptr(this, &TestInitiator::invalidate);
  }

  /// A contiguous transfer of `bytes` bytes; afterwards `data` holds what the target left in it.
  tlm::tlm_response_status transport(tlm::tlm_command command, std::uint64_t address,
                                     std::vector<std::uint8_t>& data) {
    prepare(command, address, data);
    return send();
  }
  tlm::tlm_response_status write(std::uint64_t address, std::uint64_t value, unsigned bytes) {
    std::vector<std::uint8_t> data;
    for (unsigned i = 0; i < bytes; ++i) data.push_back((value >> (8 * i)) & 0xff);
    return transport(tlm::TLM_WRITE_COMMAND, address, data);
  }
  /// The value read; valid if `status` says so.
  std::uint64_t read(std::uint64_t address, unsigned bytes) {
    std::vector<std::uint8_t> data(bytes, 0xee);
    status = transport(tlm::TLM_READ_COMMAND, address, data);
    return little_endian(data);
  }
  unsigned debug(tlm::tlm_command command, std::uint64_t address, std::vector<std::uint8_t>& data) {
    prepare(command, address, data);
    return socket->transport_dbg(payload);
  }

  void prepare(tlm::tlm_command command, std::uint64_t address, std::vector<std::uint8_t>& data) {
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data.data());
    payload.set_data_length(static_cast<unsigned>(data.size()));
    payload.set_streaming_width(static_cast<unsigned>(data.size()));
    payload.set_byte_enable_ptr(nullptr);
    payload.set_byte_enable_length(0);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  }
  tlm::tlm_response_status send() {
    sc_core::sc_time annotated;
    socket->b_transport(payload, annotated);
    delay += annotated;
    return payload.get_response_status();
  }
  static std::uint64_t little_endian(const std::vector<std::uint8_t>& data) {
    std::uint64_t value = 0;
    for (auto it = data.rbegin(); it != data.rend(); ++it) value = value << 8 | *it;
    return value;
  }

  tlm::tlm_response_status status = tlm::TLM_INCOMPLETE_RESPONSE;

 private:
  void invalidate(sc_dt::uint64 start, sc_dt::uint64 end) { invalidations.push_back({start, end}); }
};

}  // namespace cyclevisor
