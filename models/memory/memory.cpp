#include "models/memory/memory.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "models/bus/payload.hpp"

namespace cyclevisor {

void Memory::Free::operator()(std::byte* memory) const { std::free(memory); }

Memory::Memory(sc_core::sc_module_name name, std::uint64_t bytes, sc_core::sc_time access_time)
    : sc_module(name),
      socket("socket"),
      bytes_(bytes),
      access_time_(access_time),
      // calloc, because the host then allocates a page only when it is first accessed.
      data_(static_cast<std::byte*>(std::calloc(bytes, 1))) {
  if (data_ == nullptr) throw std::bad_alloc();
  socket.register_b_transport(this, &Memory::b_transport);
  socket.register_transport_dbg(this, &Memory::transport_dbg);
  socket.register_get_direct_mem_ptr(this, &Memory::get_direct_mem_ptr);
}

void Memory::watch(std::uint64_t offset, WatchCallback callback) {
  watches_.push_back({offset, std::move(callback)});
  if (sc_core::sc_is_running()) {
    socket->invalidate_direct_mem_ptr(offset, offset + watch_bytes - 1);
  }
}

void Memory::transfer(tlm::tlm_generic_payload& payload) {
  std::byte* memory = data_.get();
  unsigned char* data = payload.get_data_ptr();
  const unsigned length = payload.get_data_length();
  if (is_contiguous(payload)) {
    std::byte* place = memory + payload.get_address();
    if (payload.is_write()) {
      std::memcpy(place, data, length);
    } else if (payload.is_read()) {
      std::memcpy(data, place, length);
    }
    return;
  }
  for (unsigned i = 0; i < length; ++i) {
    if (!byte_enabled(payload, i)) continue;
    std::byte& place = memory[byte_address(payload, i)];
    if (payload.is_write()) {
      place = static_cast<std::byte>(data[i]);
    } else if (payload.is_read()) {
      data[i] = static_cast<unsigned char>(place);
    }
  }
}

void Memory::notify_watches(const tlm::tlm_generic_payload& payload) {
  if (!payload.is_write()) return;
  const std::uint64_t first = payload.get_address();
  const std::uint64_t end = first + extent(payload);
  for (const Watch& watch : watches_) {
    if (first >= watch.offset + watch_bytes || end <= watch.offset) continue;
    std::uint64_t value = 0;
    for (unsigned i = watch_bytes; i-- > 0;) {
      value = value << 8 | std::to_integer<std::uint64_t>(data_.get()[watch.offset + i]);
    }
    watch.callback(value);
  }
}

void Memory::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const tlm::tlm_response_status status = check_payload(payload, bytes_);
  payload.set_response_status(status);
  delay += access_time_;
  if (status != tlm::TLM_OK_RESPONSE) return;
  transfer(payload);
  payload.set_dmi_allowed(true);
  notify_watches(payload);
}

unsigned Memory::transport_dbg(tlm::tlm_generic_payload& payload) {
  const std::uint64_t address = payload.get_address();
  if (address >= bytes_ || payload.get_data_ptr() == nullptr) return 0;
  const auto done =
      static_cast<unsigned>(std::min<std::uint64_t>(payload.get_data_length(), bytes_ - address));
  // Byte enables and streaming width do not apply to the debug interface (11.3.4.3).
  if (payload.is_write()) std::memcpy(data_.get() + address, payload.get_data_ptr(), done);
  if (payload.is_read()) std::memcpy(payload.get_data_ptr(), data_.get() + address, done);
  return done;
}

bool Memory::get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  const std::uint64_t address = payload.get_address();
  dmi.init();
  if (address >= bytes_) {
    dmi.set_start_address(bytes_);
    return false;
  }
  std::uint64_t first = 0;
  std::uint64_t last = bytes_ - 1;
  for (const Watch& watch : watches_) {
    const std::uint64_t watch_last = watch.offset + watch_bytes - 1;
    if (address > watch_last) {
      first = std::max(first, watch_last + 1);
    } else if (address < watch.offset) {
      last = std::min(last, watch.offset - 1);
    } else {
      dmi.set_start_address(watch.offset);
      dmi.set_end_address(watch_last);
      return false;
    }
  }
  dmi.allow_read_write();
  dmi.set_start_address(first);
  dmi.set_end_address(last);
  dmi.set_dmi_ptr(reinterpret_cast<unsigned char*>(data_.get() + first));
  dmi.set_read_latency(access_time_);
  dmi.set_write_latency(access_time_);
  return true;
}

}  // namespace cyclevisor
