// The interface of an engine. It decides in which cycle each instruction is fetched, executed and
// trapped, and publishes the events. With the same timing settings every engine gives the same
// events in the same cycles; engines differ in how they compute them.
#pragma once

#include <cstdint>

#include "models/base/types.hpp"
#include "models/hart/engine_factory.hpp"
#include "models/hart/event_publisher.hpp"
#include "models/hart/execute/core.hpp"
#include "models/probe/event_stream.hpp"

namespace cyclevisor {

/// The part of a hart that all engines share, so that one engine can continue where another one
/// stopped.
struct HartState {
  /// The references must outlive the state.
  HartState(const HartConfig& config, PhysicalBus& physical_bus, TimeSource& time,
            const EventStream& events)
      : bus(physical_bus), core(config, physical_bus, time), publisher(events) {}

  PhysicalBus& bus;
  Core core;
  EventPublisher publisher;
  /// The first cycle that has not been simulated.
  Cycle now;
  /// The first cycle that must not be simulated yet. It may become earlier during a bus call of the
  /// engine.
  Cycle horizon;
  /// The engine clears it when it stops for it.
  bool stop_requested = false;
  /// A WFI is in the memory stage, and only an interrupt can end it.
  bool waiting = false;
};

class Engine {
 public:
  virtual ~Engine() = default;

  /// The core has just been reset; `now` is the first cycle out of reset.
  virtual void reset() = 0;

  using Stop = HartStop;

  /// Simulates cycles until there is a reason to stop. The interrupt lines are in the core; between
  /// two runs they may have changed and, while waiting, `now` may have advanced.
  virtual Stop run() = 0;

  /// The simulation ends in cycle `now`: publishes a WFI that is still waiting.
  virtual void finish() = 0;

  /// A debugger has changed pc or CSRs: the engine fetches again and discards all translations.
  virtual void refetch() = 0;

  /// Another agent than the hart has written `bytes` bytes of main memory: fetches see them as if
  /// they had always been there.
  virtual void memory_written(PhysicalAddress first, std::uint64_t bytes) = 0;
};

}  // namespace cyclevisor
