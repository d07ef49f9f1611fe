// The test finisher of QEMU's `virt` machine ("sifive,test1"): software ends the run through it.
#pragma once

#include <cstdint>
#include <functional>

#include "models/bus/register_target.hpp"

namespace cyclevisor {

/// The software's request.
struct FinisherRequest {
  enum class Kind { pass, fail, reset };
  Kind kind = Kind::pass;
  std::uint16_t code = 0;  ///< of `fail`: the upper half of the written word
};

/// Decodes a word written to the finisher register into `request`; false for an unknown value.
bool decode_finisher(std::uint32_t value, FinisherRequest& request);

/// One 32-bit register at offset 0: 0x5555 pass, code << 16 | 0x3333 fail, 0x7777 reset. Other
/// values are ignored. Reads return zero.
class Finisher : public RegisterTarget {
 public:
  using Callback = std::function<void(const FinisherRequest&)>;

  Finisher(sc_core::sc_module_name name, sc_core::sc_time access_time, Callback on_request);

 private:
  void write_finisher(std::uint64_t value);

  Callback on_request_;
};

}  // namespace cyclevisor
