// What happened to an instruction in its last memory-stage cycle: a row of the reference core's
// traces.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"

namespace cyclevisor {

struct PipelineEvent {
  enum class Kind : std::uint8_t { retired, exception, interrupt };
  Kind kind = Kind::retired;
  Cycle cycle;
  std::uint64_t pc = 0;
  std::uint32_t bits = 0;  ///< as fetched; 0 when the fetch faulted
  PrivilegeMode mode = PrivilegeMode::machine;
  unsigned cause = 0;  ///< of an exception or interrupt
};

}  // namespace cyclevisor
