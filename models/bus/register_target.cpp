#include "models/bus/register_target.hpp"

#include <algorithm>
#include <iterator>

#include "models/bus/payload.hpp"

namespace cyclevisor {

RegisterTarget::RegisterTarget(sc_core::sc_module_name name, sc_core::sc_time access_time)
    : sc_module(name), socket("socket"), access_time_(access_time) {
  socket.register_b_transport(this, &RegisterTarget::b_transport);
  socket.register_transport_dbg(this, &RegisterTarget::transport_dbg);
}

const Register* RegisterTarget::find(std::uint64_t offset) const {
  const auto next = std::upper_bound(
      registers_.begin(), registers_.end(), offset,
      [](std::uint64_t wanted, const Register& row) { return wanted < row.offset; });
  if (next == registers_.begin()) return nullptr;
  const Register& row = *std::prev(next);
  return offset - row.offset < row.bytes ? &row : nullptr;
}

void RegisterTarget::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (delay != sc_core::SC_ZERO_TIME) {
    wait(delay);
    delay = sc_core::SC_ZERO_TIME;
  }
  payload.set_response_status(transfer(payload, Effect::access));
  delay += access_time_;
}

unsigned RegisterTarget::transport_dbg(tlm::tlm_generic_payload& payload) {
  const bool done = transfer(payload, Effect::debug) == tlm::TLM_OK_RESPONSE;
  return done ? payload.get_data_length() : 0;
}

tlm::tlm_response_status RegisterTarget::transfer(tlm::tlm_generic_payload& payload,
                                                  Effect effect) {
  const std::uint64_t end =
      registers_.empty() ? 0 : registers_.back().offset + registers_.back().bytes;
  const tlm::tlm_response_status status = check_payload(payload, end);
  if (status != tlm::TLM_OK_RESPONSE) return status;
  const unsigned length = payload.get_data_length();
  if (width_ == AccessWidth::word && (length != 4 || payload.get_address() % 4 != 0)) {
    return tlm::TLM_BURST_ERROR_RESPONSE;
  }
  for (unsigned i = 0; i < extent(payload); ++i) {
    if (find(byte_address(payload, i)) == nullptr) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  if (payload.get_command() == tlm::TLM_IGNORE_COMMAND) return tlm::TLM_OK_RESPONSE;
  const auto beat = static_cast<unsigned>(extent(payload));
  for (unsigned first = 0; first < length; first += beat) {
    transfer_beat(payload, first, std::min(beat, length - first), effect);
  }
  return tlm::TLM_OK_RESPONSE;
}

void RegisterTarget::transfer_beat(tlm::tlm_generic_payload& payload, unsigned first,
                                   unsigned bytes, Effect effect) {
  unsigned char* data = payload.get_data_ptr();
  for (unsigned i = first; i < first + bytes;) {
    const Register& row = *find(byte_address(payload, i));
    const unsigned begin = i;
    bool enabled = false;
    std::uint64_t value = 0;
    const auto lane = [&](unsigned index) {
      return 8 * (static_cast<unsigned>(byte_address(payload, index) - row.offset) % 8);
    };
    for (; i < first + bytes && find(byte_address(payload, i)) == &row; ++i) {
      if (!byte_enabled(payload, i)) continue;
      enabled = true;
      value |= std::uint64_t{data[i]} << lane(i);
    }
    if (!enabled) continue;
    if (payload.is_write()) {
      if (row.write) row.write(value);
      continue;
    }
    const Register::Read& read = effect == Effect::debug && row.peek ? row.peek : row.read;
    const std::uint64_t answer = read ? read() : 0;
    for (unsigned byte = begin; byte < i; ++byte) {
      if (byte_enabled(payload, byte)) data[byte] = (answer >> lane(byte)) & 0xff;
    }
  }
}

}  // namespace cyclevisor
