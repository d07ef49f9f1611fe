// What looks at a run from inside the program, without results of its own.
#pragma once

#include <cstdint>
#include <functional>

#include "models/probe/event_stream.hpp"
#include "platform/report/observation.hpp"

namespace cyclevisor {

class RunProbe {
 public:
  virtual ~RunProbe() = default;
  /// Before the first event. Everything lives until the end of the run; `stop` ends it soon.
  virtual void attach(EventStream& stream, LatencyObservation& observation,
                      std::function<void()> stop) = 0;
  /// A console has printed a character in this cycle.
  virtual void printed(unsigned /*console*/, std::uint8_t /*character*/, Cycle /*at*/) {}
  /// The run is over, and the observation complete.
  virtual void finish() {}
};

}  // namespace cyclevisor
