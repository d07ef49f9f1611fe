#include "models/finisher/finisher.hpp"

#include <utility>

namespace cyclevisor {

bool decode_finisher(std::uint32_t value, FinisherRequest& request) {
  const auto code = static_cast<std::uint16_t>(value >> 16);
  switch (value & 0xffff) {
    case 0x5555:
      request = {FinisherRequest::Kind::pass, 0};
      return true;
    case 0x3333:
      request = {FinisherRequest::Kind::fail, code};
      return true;
    case 0x7777:
      request = {FinisherRequest::Kind::reset, 0};
      return true;
    default:
      return false;
  }
}

Finisher::Finisher(sc_core::sc_module_name name, sc_core::sc_time access_time, Callback on_request)
    : RegisterTarget(name, access_time), on_request_(std::move(on_request)) {
  declare({
      {"finisher", 0x0, 4, {}, [this](std::uint64_t value) { write_finisher(value); }, {}},
  });
}

void Finisher::write_finisher(std::uint64_t value) {
  FinisherRequest request;
  if (decode_finisher(static_cast<std::uint32_t>(value), request)) on_request_(request);
}

}  // namespace cyclevisor
