// What an observer in a shared library has to offer to see every event (docs/add-a-sink.md).
#pragma once

#include <filesystem>

#include "models/probe/event_stream.hpp"
#include "platform/observe/guest/observed.hpp"
#include "platform/plugin/device.hpp"
#include "platform/plugin/parameters.hpp"

namespace cyclevisor {

/// What the platform tells a sink: its [[sink]] section, and what runs.
struct SinkContext {
  std::string name;
  std::filesystem::path folder;  ///< the output folder; it is there from begin() on
  ObservedPlatform platform;
  PluginParameters parameters;
};

/// The constructor looks at its parameters and writes nothing: a parameter that it refuses costs
/// the user no earlier results.
class PluginSink : public Sink {
 public:
  /// The events follow.
  virtual void begin() {}
  /// The run ended in this cycle; no further event comes. Results go into the output folder.
  virtual void finish(Cycle end) = 0;
};

}  // namespace cyclevisor

/// Once in the library, as CYCLEVISOR_DEVICE; the constructor is given a `const SinkContext&`.
#define CYCLEVISOR_SINK(Type)                                                                \
  extern "C" unsigned cyclevisor_plugin_interface() { return cyclevisor::plugin_interface; } \
  extern "C" cyclevisor::PluginSink* cyclevisor_make_sink(                                   \
      const cyclevisor::SinkContext* context) {                                              \
    return new Type(*context);                                                               \
  }
