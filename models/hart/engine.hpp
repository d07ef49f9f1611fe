// What lets a hart run: an engine decides in which cycle each instruction is fetched, executed and
// trapped, and publishes what happened. Every engine gives the same events in the same cycles for
// the same timing settings; they differ in how they get there.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"
#include "models/hart/core.hpp"
#include "models/hart/engine_factory.hpp"
#include "models/hart/event_publisher.hpp"
#include "models/probe/event_stream.hpp"

namespace cyclevisor {

/// The part of a hart that all engines share, so that one can go on where another one stopped.
struct HartState {
  /// The references must outlive the state.
  HartState(const HartConfig& config, PhysicalBus& physical_bus, TimeSource& time,
            const EventStream& events)
      : bus(physical_bus), core(config, physical_bus, time), publisher(events) {}

  PhysicalBus& bus;
  Core core;
  EventPublisher publisher;
  /// The first cycle that has not been worked out.
  Cycle now;
  /// The first cycle that must not be worked out yet. May shrink while the engine is in a bus call.
  Cycle horizon;
  /// Whoever honours it clears it.
  bool stop_requested = false;
  /// A WFI stands in the memory stage, and only an interrupt changes that.
  bool waiting = false;
};

class Engine {
 public:
  virtual ~Engine() = default;

  /// The core has just been reset; reset is released in cycle `now`.
  virtual void reset() = 0;

  using Stop = HartStop;

  /// Works out cycles until there is a reason to stop. Interrupt lines are as the core has them;
  /// between two runs they may have changed and, while waiting, `now` may have moved on.
  virtual Stop run() = 0;

  /// The run ends in cycle `now`: publishes what has begun by then, a WFI that nothing has ended.
  virtual void finish() = 0;

  /// Somebody from outside has changed pc or CSRs: what follows is fetched afresh, and
  /// no translation is kept.
  virtual void refetch() = 0;

  /// Somebody other than the hart has written `bytes` bytes of main memory: fetches see them as if
  /// they had been there all the time.
  virtual void memory_written(PhysicalAddress first, std::uint64_t bytes) = 0;
};

}  // namespace cyclevisor
